/// Bounds of a single event; whatever exceeds one is rejected with a reason of its own.
public struct DecodingLimits: Sendable, Hashable {
  /// Largest value in bytes.
  public var maxEventBytes = 1_048_576
  /// Deepest nesting of objects and arrays.
  public var maxEventDepth = 32
  /// Most picked fields, attributes and list elements of one event.
  public var maxEventFacts = 512
  /// Longest id, name or type in bytes.
  public var maxIdentifierBytes = 255

  /// Creates the default limits.
  public init() {}
}
