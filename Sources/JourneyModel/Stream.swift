/// The four input streams. Each has its own watermark in every lane.
public enum Stream: UInt8, Sendable, CaseIterable {
  case web = 0
  case app = 1
  case conversation = 2
  case custom = 3

  /// The name used in topics, configuration and `replay --input`.
  public var name: String {
    switch self {
    case .web: "web"
    case .app: "app"
    case .conversation: "conversation"
    case .custom: "custom"
    }
  }

  /// The stream with this name.
  public init?(name: String) {
    guard let stream = Stream.allCases.first(where: { $0.name == name }) else { return nil }
    self = stream
  }
}
