internal import JourneyModel

extension JourneyModel.Stream {
  /// The streams' names, for messages that say what was expected.
  static var names: String { allCases.map(\.name).joined(separator: ", ") }
}
