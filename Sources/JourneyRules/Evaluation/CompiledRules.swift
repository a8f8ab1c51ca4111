internal import JourneyModel

/// The rules of a bundle's segments, outcomes and action maps, built once, then only read.
///
/// Everything is a range in one of a few flat arrays: docs/design/hot-path.md.
public final class CompiledRules: Sendable {
  /// The segments, in the order in which they are assigned by one event.
  public let segments: [Segment]
  /// The outcomes, in the order in which they are achieved by one event, behind the segments.
  public let outcomes: [Outcome]
  /// The action maps, in the order of their ids.
  public let actionMaps: [ActionMap]
  /// Whether any map waits for its customer to come back.
  public let awaitsReturn: Bool
  /// The switch and the bounds.
  public let settings: RuleSettings
  /// How upper and lower case are made the same.
  let caseFolding: CaseFolding
  /// Digest of all rules that can hold; never 0.
  public let identity: UInt64

  let rules: [CompiledRule]
  let patterns: [CompiledPattern]
  let patternCriteria: [Int32]
  let contextCriteria: [Int32]
  let criteria: [CompiledCriterion]
  let keys: [CompiledKey]
  let roots: [CompiledRoot]
  let tree: MemberTree
  let bytes: [UInt8]
  let values: [ByteSlice]
  let numbers: [DecimalNumber]

  /// Context-only rules by a criterion of theirs.
  let pivotRules: [Int32]
  /// Context-only rules of negative criteria alone, looked at on every event.
  let negativeRules: [Int32]

  /// Number of streams; kept, as to list them takes memory each time.
  let streamCount = Stream.allCases.count
  let eventNames: ByteTable
  /// Patterns that name their event: ranges of `indexedPatterns`, by `name * 4 + stream`.
  let namedPatterns: [Range<Int32>]
  /// Patterns that wait for a key, by `key * 4 + stream`.
  let keyedPatterns: [Range<Int32>]
  /// Patterns that any event of a stream may match, by stream.
  let openPatterns: [Range<Int32>]
  let indexedPatterns: [Int32]
  /// Patterns by the criterion that brings them up.
  let pivotPatterns: [PivotPattern]
  let matchers: [KeyMatcher]
  let matchedSlots: [Int32]
  /// Whether patterns have the name and stream, by `name * 4 + stream`; and the streams with patterns that
  /// have no name, a bit each.
  private let namedSlots: [Bool]
  private let unnamedStreams: UInt8

  /// Roots by the raw value of the event's field; -1 for a field that no rule reads.
  let eventFieldRoots: [Int32]
  let eventNameRoot: Int32
  let eventAttributes: ByteTable
  let eventAttributeRoots: [Int32]
  let sessionFieldRoots: [Int32]
  let sessionAttributes: ByteTable
  let sessionAttributeRoots: [Int32]
  let sessionLists: ByteTable
  let sessionListRoots: [Int32]
  let sessionCountRoots: [(count: FactKey.SessionCount, root: Int32)]
  let sessionTextRoots: [(text: FactKey.SessionText, root: Int32)]
  /// Whether any criterion reads a session's facts.
  let readsSession: Bool
  /// Whether sessions are asked for nothing but single facts, and only by rules that ask for nothing else:
  /// until a fact changes, no such rule can become true.
  let readsFactsAlone: Bool

  /// `assignmentExpirationDays` of the segments, which are not taken out of their array:
  /// docs/design/hot-path.md.
  let expirationDays: [Int?]
  let rulesByContent: [UInt64: Int32]
  /// Digests of rules that are switched off: what is counted for them waits.
  let dormant: Set<UInt64>
  /// What each map does, by index.
  let mediaTypes: [MediaType]
  let rulesByID: [DefinitionReference: Int32]
  /// Maps that a segment triggers, as indices into `actionMaps`, by `triggersBySegment`.
  let triggers: [[Int32]]
  let triggersBySegment: [String: Int32]
  let mapsByID: [String: Int32]
  /// The rule of each map's event conditions; -1 if it has none.
  let ruleOfMap: [Int32]
  /// The conditions on predictions of each map.
  let thresholds: [[OutcomeThreshold]]
  /// Maps that predictions alone trigger, as indices into `actionMaps`.
  let mapsOfScores: [Int32]

  /// A definition by kind and id.
  struct DefinitionReference: Hashable, Sendable {
    var kind: Fired.Kind
    var id: String
  }

  /// Whether no rule can ever hold.
  public var isEmpty: Bool { rules.isEmpty && actionMaps.isEmpty }

  /// Compiles definitions. What cannot hold is left out: inactive ones, customer segments, empty rules,
  /// criteria without values or with a key that nothing has, numeric comparisons with something that is no
  /// number.
  ///
  /// - Parameter predictors: conditions on the predictions of other outcomes never hold.
  public init(
    segments: [Segment], outcomes: [Outcome], actionMaps: [ActionMap] = [],
    predictors: [OutcomePredictor] = [], settings: RuleSettings = RuleSettings(),
    caseFolding: CaseFolding = .newest
  ) {
    let predicted = Set(predictors.map(\.outcomeID))
    self.caseFolding = caseFolding
    var builder = RuleBuilder(caseFolding)
    for (index, segment) in segments.enumerated() where segment.isActive && segment.scope == .session {
      builder.add(segment.rule, kind: .segment, definition: index, id: segment.id)
    }
    for (index, outcome) in outcomes.enumerated() where outcome.isActive {
      builder.add(outcome.rule, kind: .outcome, definition: index, id: outcome.id)
    }
    for (index, map) in actionMaps.enumerated() where map.isTriggeredByEvents(predicted) {
      builder.add(map.eventRule, kind: .actionMap, definition: index, id: map.id)
    }
    builder.finish()
    let asleep = CompiledRules.asleep(segments, outcomes, actionMaps, predicted)
    dormant = Set(asleep)
    mediaTypes = actionMaps.map(\.action.mediaType)
    self.actionMaps = actionMaps
    awaitsReturn = actionMaps.contains {
      $0.isActive && ($0.activation == .onNextVisit || $0.activation == .onNextSession)
    }
    (triggers, triggersBySegment) = CompiledRules.triggers(of: actionMaps, predicted)
    mapsByID = Dictionary(
      actionMaps.enumerated().map { ($0.element.id, Int32($0.offset)) },
      uniquingKeysWith: { first, _ in first })
    ruleOfMap = actionMaps.map {
      builder.rulesByID[DefinitionReference(kind: .actionMap, id: $0.id)] ?? -1
    }
    thresholds = actionMaps.map { $0.triggerWithOutcomeConditions.map { OutcomeThreshold($0) } }
    mapsOfScores = actionMaps.indices.filter { actionMaps[$0].isTriggeredByScores(predicted) }.map {
      Int32($0)
    }
    self.segments = segments
    expirationDays = segments.map(\.assignmentExpirationDays)
    self.outcomes = outcomes
    self.settings = settings
    rules = builder.rules
    patterns = builder.patterns
    patternCriteria = builder.patternCriteria
    contextCriteria = builder.contextCriteria
    criteria = builder.criteria
    keys = builder.keys
    roots = builder.roots
    tree = MemberTree(builder.paths)
    bytes = builder.bytes
    values = builder.values
    numbers = builder.numbers
    pivotRules = builder.pivotRules
    negativeRules = builder.negativeRules
    eventNames = builder.eventNames.copy()
    namedPatterns = builder.namedPatterns
    keyedPatterns = builder.keyedPatterns
    openPatterns = builder.openPatterns
    indexedPatterns = builder.indexedPatterns
    pivotPatterns = builder.pivotPatterns
    matchers = builder.matchers
    matchedSlots = builder.matchedSlots
    namedSlots = builder.namedSlots
    unnamedStreams = builder.unnamedStreams
    eventFieldRoots = builder.eventFieldRoots
    eventNameRoot = builder.eventNameRoot
    eventAttributes = builder.eventAttributes.copy()
    eventAttributeRoots = builder.eventAttributeRoots
    sessionFieldRoots = builder.sessionFieldRoots
    sessionAttributes = builder.sessionAttributes.copy()
    sessionAttributeRoots = builder.sessionAttributeRoots
    sessionLists = builder.sessionLists.copy()
    sessionListRoots = builder.sessionListRoots
    sessionCountRoots = builder.sessionCountRoots
    sessionTextRoots = builder.sessionTextRoots
    readsSession = builder.readsSession
    readsFactsAlone = builder.readsFactsAlone
    rulesByContent = builder.rulesByContent
    rulesByID = builder.rulesByID
    var digest = ContentDigest()
    for rule in builder.rules { digest.add(rule.content) }
    // What a session has offered was compared by it.
    if caseFolding != .basic { digest.add(caseFolding.rawValue) }
    // Whatever decides which counts are kept.
    for content in asleep { digest.add(content) }
    // Whatever decides what the numbers of maps and of their triggers mean.
    for map in actionMaps {
      digest.add(map.id)
      digest.add(map.action.mediaType.rawValue)
      digest.add(map.isTriggeredBySegments(predicted) ? 1 : 0)
      for segment in map.triggerWithSegments { digest.add(segment) }
    }
    identity = digest.value == 0 ? 1 : digest.value
  }

  /// Digests of the rules that are switched off.
  private static func asleep(
    _ segments: [Segment], _ outcomes: [Outcome], _ maps: [ActionMap], _ predicted: Set<String>
  ) -> [UInt64] {
    segments.filter { !$0.isActive && $0.scope == .session }.map {
      RuleBuilder.content(of: $0.rule, kind: .segment, id: $0.id)
    }
      + outcomes.filter { !$0.isActive }.map { RuleBuilder.content(of: $0.rule, kind: .outcome, id: $0.id) }
      + maps.filter { map in
        var map = map
        guard !map.isActive else { return false }
        map.isActive = true
        return map.isTriggeredByEvents(predicted)
      }.map { RuleBuilder.content(of: $0.eventRule, kind: .actionMap, id: $0.id) }
  }

  /// The maps of each segment that triggers any.
  private static func triggers(
    of maps: [ActionMap], _ predicted: Set<String>
  ) -> ([[Int32]], [String: Int32]) {
    var triggers: [[Int32]] = []
    var bySegment: [String: Int32] = [:]
    for (index, map) in maps.enumerated() where map.isTriggeredBySegments(predicted) {
      for segment in map.triggerWithSegments {
        let place = bySegment[segment] ?? Int32(triggers.count)
        if bySegment.updateValue(place, forKey: segment) == nil { triggers.append([]) }
        if triggers[Int(place)].last != Int32(index) { triggers[Int(place)].append(Int32(index)) }
      }
    }
    return (triggers, bySegment)
  }

  /// Whether what has fired is a map that has conditions on predictions besides.
  public func awaitsPrediction(_ fired: Fired) -> Bool {
    fired.kind == .actionMap && !thresholds[fired.definition].isEmpty
  }

  /// Whether predictions alone trigger any map: then every event that scores is an occasion.
  public var hasMapsOfScores: Bool { !mapsOfScores.isEmpty }

  /// Whether predictions are a condition of any map, whatever triggers it.
  public var asksScores: Bool { thresholds.contains { !$0.isEmpty } }

  /// The id of a rule's definition.
  func id(_ rule: CompiledRule) -> String {
    switch rule.kind {
    case .segment: segments[Int(rule.definition)].id
    case .outcome: outcomes[Int(rule.definition)].id
    case .actionMap: actionMaps[Int(rule.definition)].id
    }
  }

  /// The version of a rule's definition.
  func version(_ rule: CompiledRule) -> Int {
    switch rule.kind {
    case .segment: max(segments[Int(rule.definition)].version, 0)
    case .outcome: max(outcomes[Int(rule.definition)].version, 0)
    case .actionMap: max(actionMaps[Int(rule.definition)].version, 0)
    }
  }

  /// The rule that a count belongs to; -1 for none, also if the count fits its digest only (damaged bytes).
  func rule(of progress: RuleState.Progress) -> Int32 {
    guard let rule = rulesByContent[progress.content],
      rules[Int(rule)].patterns.count == Int(progress.patternCount), progress.position < progress.patternCount
    else { return -1 }
    return rule
  }

  /// Whether a root is read from events.
  func isOfEvent(_ root: Int32) -> Bool { roots[Int(root)].isOfEvent }

  /// Whether any pattern may match an event of this name and stream.
  func hasPatterns(_ slot: Int, _ stream: Stream) -> Bool {
    if unnamedStreams & (1 << stream.rawValue) != 0 { return true }
    return slot >= 0 && slot < namedSlots.count && namedSlots[slot]
  }

  /// Whether patterns for events of this name and stream wait for a text of the key; -1 for a name that no
  /// pattern has.
  func isMatched(_ key: CompiledKey, _ slot: Int32, _ stream: Stream) -> Bool {
    if key.openStreams & (1 << stream.rawValue) != 0 { return true }
    guard slot >= 0 else { return false }
    var (low, high) = (Int(key.slots.lowerBound), Int(key.slots.upperBound))
    while low < high {
      let middle = (low + high) / 2
      if matchedSlots[middle] < slot { low = middle + 1 } else { high = middle }
    }
    return low < Int(key.slots.upperBound) && matchedSlots[low] == slot
  }

  /// Whether one value satisfies the positive form of a criterion. If it ignores case, the value is folded
  /// already.
  func matches(_ criterion: CompiledCriterion, _ slice: ByteSlice, of source: borrowing [UInt8]) -> Bool {
    switch criterion.comparison {
    case .equal:
      for index in criterion.values
      where ByteSearch.equals(slice, of: source, values[Int(index)], of: bytes) { return true }
      return false
    case .startsWith:
      for index in criterion.values
      where ByteSearch.hasPrefix(slice, of: source, values[Int(index)], of: bytes) { return true }
      return false
    case .endsWith:
      for index in criterion.values
      where ByteSearch.hasSuffix(slice, of: source, values[Int(index)], of: bytes) { return true }
      return false
    case .containsAny:
      for index in criterion.values
      where ByteSearch.contains(slice, of: source, values[Int(index)], of: bytes) { return true }
      return false
    case .containsAll:
      for index in criterion.values
      where !ByteSearch.contains(slice, of: source, values[Int(index)], of: bytes) { return false }
      return true
    case .greaterThan, .greaterThanOrEqual, .lessThan, .lessThanOrEqual:
      let isMajorVersion = keys[Int(criterion.key)].isMajorVersion
      guard let number = DecimalNumber(slice, of: source, isMajorVersion: isMajorVersion) else {
        return false
      }
      for index in criterion.values where !matches(criterion.comparison, number, numbers[Int(index)]) {
        return false
      }
      return true
    }
  }

  private func matches(
    _ comparison: CompiledCriterion.Comparison, _ number: DecimalNumber, _ bound: DecimalNumber
  ) -> Bool {
    switch comparison {
    case .greaterThan: number > bound
    case .greaterThanOrEqual: number >= bound
    case .lessThan: number < bound
    default: number <= bound
    }
  }
}
