public import JourneyModel

/// Names of streams in definitions: the vendor's spelling.
extension Stream {
  /// `Web`, `App`, `Conversation` or `Custom`.
  public var streamType: String { profile.streamType.description }

  /// The stream that definitions call so.
  public init?(streamType: String) {
    guard let stream = Stream.allCases.first(where: { $0.streamType == streamType }) else { return nil }
    self = stream
  }

  /// The only session type of a predefined stream; `nil` on the custom stream, where a pattern names it.
  public var predefinedSessionType: String? { profile.sessionType?.description }
}
