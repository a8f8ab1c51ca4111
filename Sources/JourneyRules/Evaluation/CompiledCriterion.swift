internal import JourneyModel

/// A criterion, ready to compare. Criteria that say the same are one.
struct CompiledCriterion: Sendable {
  /// What the positive form does. Negative operators are the negation of the whole: no value may match.
  enum Comparison: UInt8, Sendable {
    case equal, startsWith, endsWith, containsAll, containsAny
    case greaterThan, greaterThanOrEqual, lessThan, lessThanOrEqual

    init(_ named: CriterionOperator) {
      switch named {
      case .equal, .notEqual: self = .equal
      case .startsWith: self = .startsWith
      case .endsWith: self = .endsWith
      case .containsAll, .notContainsAll: self = .containsAll
      case .containsAny, .notContainsAny, .like, .notLike: self = .containsAny
      case .greaterThan: self = .greaterThan
      case .greaterThanOrEqual: self = .greaterThanOrEqual
      case .lessThan: self = .lessThan
      case .lessThanOrEqual: self = .lessThanOrEqual
      }
    }

    var isNumeric: Bool { rawValue >= Comparison.greaterThan.rawValue }
  }

  var key: Int32
  var comparison: Comparison
  var isNegative: Bool
  var ignoresCase: Bool
  /// Range of its values in `CompiledRules.values`, or in `numbers` if it compares numbers.
  var values: Range<Int32>
  /// Range of the context-only rules, in `CompiledRules.pivotRules`, that are looked at only if it holds.
  var rules: Range<Int32>
  /// Range of the patterns, in `CompiledRules.pivotPatterns`, that are looked at only if it holds.
  var patterns: Range<Int32>
}

/// A pattern that is looked at only if a criterion of it holds.
struct PivotPattern: Sendable {
  /// Where the event's name and stream have to be; -1 for any name on the pattern's own stream.
  var slot: Int32
  var pattern: Int32
}

/// One key that criteria read.
struct CompiledKey: Sendable {
  var root: Int32
  var isMajorVersion: Bool
  /// Whether a criterion compares it without case.
  var isFolded: Bool
  /// The streams on which its absence satisfies negative criteria, a bit each.
  var streams: UInt8
  var criteria: Range<Int32>
  /// Its matcher in `CompiledRules.matchers`; -1 if no pattern waits for a text of it.
  var matcher: Int32
  /// Where the event's name and stream have to be so that its matcher is of use: range in
  /// `CompiledRules.matchedSlots`, ascending.
  var slots: Range<Int32>
  /// The streams on which it is of use whatever the name, a bit each.
  var openStreams: UInt8
}

/// One value that keys lead into: a fact or an attribute.
struct CompiledRoot: Sendable {
  var root: FactKey.Root
  /// Whether it is the event's name.
  var isEventName: Bool
  /// The field of which an event has several values; `nil` if there is one.
  var collected: EventField?
  /// Whether it is a value of the event, and not of its session.
  var isOfEvent: Bool
  /// Where reading it starts in the member tree.
  var node: Int32
  var keys: Range<Int32>
  /// The streams on which patterns wait for one of its keys or for a text in it, a bit each.
  var streams: UInt8
}

/// A journey pattern.
struct CompiledPattern: Sendable {
  var rule: Int32
  /// Its place in its rule.
  var position: Int32
  var count: Int
  var stream: Stream
  var sessionType: ByteSlice
  /// Range in `CompiledRules.patternCriteria`.
  var criteria: Range<Int32>
}

/// A rule that can hold: of an active segment or outcome.
struct CompiledRule: Sendable {
  var kind: Fired.Kind
  /// Index into `segments` or `outcomes`.
  var definition: Int32
  /// Digest of kind, id and rule: counts are kept as long as it is the same.
  var content: UInt64
  var isOrdered: Bool
  var patterns: Range<Int32>
  /// Range in `CompiledRules.contextCriteria`.
  var context: Range<Int32>
  /// Number of context patterns, for the evidence.
  var contextPatterns: Int32
}
