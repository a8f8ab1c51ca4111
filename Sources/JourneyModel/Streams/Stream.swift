/// The input streams. Each has its own watermark in every lane; what distinguishes them stands in `StreamProfile`.
///
/// The raw values stand in the state codec: never renumber, only append.
public enum Stream: UInt8, Sendable, CaseIterable {
  case web = 0
  case app = 1
  case conversation = 2
  case custom = 3

  /// What distinguishes it from the others. Inlined, so that a single trait costs no more than a comparison.
  @inlinable
  public var profile: StreamProfile {
    @inline(__always) get {
      switch self {
      case .web: .web
      case .app: .app
      case .conversation: .conversation
      case .custom: .custom
      }
    }
  }

  /// The name used in topics, configuration and `replay --input`.
  public var name: String { profile.name.description }

  /// The stream with this name.
  public init?(name: String) {
    guard let stream = Stream.allCases.first(where: { $0.name == name }) else { return nil }
    self = stream
  }
}
