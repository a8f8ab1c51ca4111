public import JourneyModel

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

  /// The smallest number that is a time in epoch milliseconds: a smaller one is a time in another unit.
  public var minEpochMilliseconds: Int64 = 100_000_000_000
  /// Customer ids that name nobody, in lower case: programs write them where they know no id, and strangers
  /// would share a session.
  public var placeholderIDs: Set<String> = DecodingLimits.defaultPlaceholderIDs

  /// What `placeholderIDs` is by default.
  public static let defaultPlaceholderIDs: Set<String> = [
    "0", "-", "--", "null", "(null)", "nil", "none", "undefined", "nan", "n/a", "[object object]",
    "test@test.com",
    "test@example.com",
  ]

  /// Whether what identifies customers is read: traits, and the external ids of web and app events.
  public var readsTraits = false

  /// How national phone numbers of the conversation detail feed become international ones.
  public var numbering = NumberingPlan()

  /// Creates the default limits.
  public init() {}
}
