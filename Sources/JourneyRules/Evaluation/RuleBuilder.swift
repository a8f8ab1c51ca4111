internal import JourneyModel

/// Builds the flat arrays of `CompiledRules`. Dictionaries serve look-ups only; every order comes from the
/// definitions.
struct RuleBuilder: ~Copyable {
  let folding: CaseFolding

  init(_ folding: CaseFolding) { self.folding = folding }

  var rules: [CompiledRule] = []
  var patterns: [CompiledPattern] = []
  var patternCriteria: [Int32] = []
  var contextCriteria: [Int32] = []
  var criteria: [CompiledCriterion] = []
  var keys: [CompiledKey] = []
  var roots: [CompiledRoot] = []
  var paths = MemberPaths()
  var bytes: [UInt8] = []
  var values: [ByteSlice] = []
  var numbers: [DecimalNumber] = []
  var pivotRules: [Int32] = []
  var negativeRules: [Int32] = []
  var eventNames = ByteTable()
  var namedPatterns: [Range<Int32>] = []
  var keyedPatterns: [Range<Int32>] = []
  var openPatterns: [Range<Int32>] = []
  var indexedPatterns: [Int32] = []
  var pivotPatterns: [PivotPattern] = []
  var matchers: [KeyMatcher] = []
  var matchedSlots: [Int32] = []
  var namedSlots: [Bool] = []
  var unnamedStreams: UInt8 = 0
  var eventFieldRoots = [Int32](repeating: -1, count: 256)
  var eventNameRoot: Int32 = -1
  var eventAttributes = ByteTable()
  var eventAttributeRoots: [Int32] = []
  var sessionFieldRoots = [Int32](repeating: -1, count: 256)
  var sessionAttributes = ByteTable()
  var sessionAttributeRoots: [Int32] = []
  var sessionLists = ByteTable()
  var sessionListRoots: [Int32] = []
  var sessionCountRoots: [(count: FactKey.SessionCount, root: Int32)] = []
  var sessionTextRoots: [(text: FactKey.SessionText, root: Int32)] = []
  var readsSession = false
  /// See `CompiledRules.readsFactsAlone`.
  var readsFactsAlone: Bool {
    guard sessionAttributeRoots.isEmpty, sessionListRoots.isEmpty, sessionCountRoots.isEmpty,
      sessionTextRoots.isEmpty
    else { return false }
    for root in roots where !root.isOfEvent {
      guard case .field(let field) = root.root, field.policy != .collect else { return false }
    }
    return rules.allSatisfy { rule in
      rule.patterns.isEmpty
        || rule.context.isEmpty
          && rule.patterns.allSatisfy { pattern in
            patterns[Int(pattern)].criteria.allSatisfy { index in
              let key = criteria[Int(patternCriteria[Int(index)])].key
              return roots[Int(keys[Int(key)].root)].isOfEvent
            }
          }
    }
  }
  var rulesByContent: [UInt64: Int32] = [:]
  var rulesByID: [CompiledRules.DefinitionReference: Int32] = [:]

  /// A criterion with its key resolved; equal ones are shared.
  private struct Draft: Hashable {
    var key: FactKey
    var comparison: CompiledCriterion.Comparison
    var isNegative: Bool
    var ignoresCase: Bool
    var values: [[UInt8]]
  }

  private struct RootReference: Hashable {
    var origin: FactKey.Origin
    var root: FactKey.Root
  }

  private var drafts: [Draft] = []
  private var draftNumbers: [Draft: Int32] = [:]
  /// Names that a pattern pins its event to; `nil` if it takes any.
  var names: [[[UInt8]]?] = []

  /// Adds a rule, unless it can never hold. Of two definitions with one id the first counts.
  mutating func add(_ rule: Rule, kind: Fired.Kind, definition: Int, id: String) {
    let reference = CompiledRules.DefinitionReference(kind: kind, id: id)
    guard rulesByID[reference] == nil else { return }
    var context: [Draft] = []
    for pattern in rule.context {
      guard let drafts = RuleBuilder.drafts(pattern.criteria, isContext: true, folding) else { return }
      context += drafts
    }
    var journey: [[Draft]] = []
    for pattern in rule.journey {
      guard let drafts = RuleBuilder.drafts(pattern.criteria, isContext: false, folding) else { return }
      journey.append(drafts)
    }
    guard !context.isEmpty || !journey.isEmpty else { return }
    let number = Int32(rules.count)
    let firstContext = Int32(contextCriteria.count)
    for draft in context { contextCriteria.append(intern(draft)) }
    let firstPattern = Int32(patterns.count)
    for (position, pattern) in rule.journey.enumerated() {
      let first = Int32(patternCriteria.count)
      for draft in journey[position] { patternCriteria.append(intern(draft)) }
      patterns.append(
        CompiledPattern(
          rule: number, position: Int32(position), count: min(max(pattern.count, 1), Int(Int32.max)),
          stream: pattern.stream,
          sessionType: keep(Array(pattern.sessionType.utf8)), criteria: first..<Int32(patternCriteria.count)))
      names.append(RuleBuilder.names(pattern, journey[position]))
    }
    let content = RuleBuilder.content(of: rule, kind: kind, id: id)
    rules.append(
      CompiledRule(
        kind: kind, definition: Int32(definition), content: content, isOrdered: rule.isOrdered,
        patterns: firstPattern..<Int32(patterns.count), context: firstContext..<Int32(contextCriteria.count),
        contextPatterns: Int32(rule.context.count)))
    if rulesByContent[content] == nil { rulesByContent[content] = number }
    rulesByID[reference] = number
  }

  /// Digest of what a rule says, and whose it is.
  static func content(of rule: Rule, kind: Fired.Kind, id: String) -> UInt64 {
    var digest = ContentDigest()
    digest.add(kind.rawValue)
    digest.add(id)
    digest.add(rule)
    return digest.value
  }

  /// - Returns: `nil` if one of them can never hold.
  private static func drafts(
    _ criteria: [Criterion], isContext: Bool, _ folding: CaseFolding
  ) -> [Draft]? {
    var drafts: [Draft] = []
    for criterion in criteria {
      guard let key = FactKey(criterion.key, isContext: isContext), !criterion.values.isEmpty else {
        return nil
      }
      let comparison = CompiledCriterion.Comparison(criterion.operator)
      if comparison.isNumeric, criterion.values.contains(where: { DecimalNumber($0) == nil }) { return nil }
      // Numbers have no case: one criterion for both.
      let ignoresCase = criterion.shouldIgnoreCase && !comparison.isNumeric
      let values = criterion.values.map { text in
        let bytes = Array(text.utf8)
        guard ignoresCase else { return bytes }
        var folded: [UInt8] = []
        folding.append(ByteSlice(offset: 0, length: bytes.count), of: bytes, to: &folded)
        return folded
      }
      drafts.append(
        Draft(
          key: key, comparison: comparison, isNegative: criterion.operator.isNegative,
          ignoresCase: ignoresCase, values: values))
    }
    return drafts
  }

  private static func names(_ pattern: JourneyPattern, _ drafts: [Draft]) -> [[UInt8]]? {
    if let name = pattern.eventName { return [Array(name.utf8)] }
    let pin = drafts.first {
      $0.key.root == .eventName && $0.comparison == .equal && !$0.isNegative && !$0.ignoresCase
    }
    return pin?.values
  }

  private mutating func intern(_ draft: Draft) -> Int32 {
    if let known = draftNumbers[draft] { return known }
    let number = Int32(drafts.count)
    drafts.append(draft)
    draftNumbers[draft] = number
    return number
  }

  private mutating func keep(_ text: [UInt8]) -> ByteSlice {
    let slice = ByteSlice(offset: bytes.count, length: text.count)
    bytes.append(contentsOf: text)
    return slice
  }

  /// Lays everything out once all rules are there.
  mutating func finish() {
    layOutCriteria()
    indexRules()
    indexPatterns()
  }

  /// Numbers roots, their keys and the keys' criteria so that each has a range.
  private mutating func layOutCriteria() {
    var references: [RootReference] = []
    var keysOf: [RootReference: [FactKey]] = [:]
    var draftsOf: [FactKey: [Int32]] = [:]
    for (number, draft) in drafts.enumerated() {
      let reference = RootReference(origin: draft.key.origin, root: draft.key.root)
      if keysOf[reference] == nil { references.append(reference) }
      if draftsOf[draft.key] == nil { keysOf[reference, default: []].append(draft.key) }
      draftsOf[draft.key, default: []].append(Int32(number))
    }
    var moved = [Int32](repeating: 0, count: drafts.count)
    for reference in references {
      let root = Int32(roots.count)
      let node = paths.addRoot()
      let firstKey = Int32(keys.count)
      for key in keysOf[reference] ?? [] {
        let number = Int32(keys.count)
        paths.add(key.path, key: number, to: node)
        let firstCriterion = Int32(criteria.count)
        var isFolded = false
        for draft in draftsOf[key] ?? [] {
          moved[Int(draft)] = Int32(criteria.count)
          if drafts[Int(draft)].ignoresCase { isFolded = true }
          append(drafts[Int(draft)], key: number)
        }
        keys.append(
          CompiledKey(
            root: root, isMajorVersion: key.isMajorVersion, isFolded: isFolded,
            streams: key.streams.reduce(0) { $0 | 1 << $1.rawValue },
            criteria: firstCriterion..<Int32(criteria.count), matcher: -1, slots: 0..<0, openStreams: 0))
      }
      var collected: EventField?
      if case .field(let field) = reference.root, field.policy == .collect { collected = field }
      roots.append(
        CompiledRoot(
          root: reference.root, isEventName: reference.root == .eventName, collected: collected,
          isOfEvent: reference.origin == .event, node: node,
          keys: firstKey..<Int32(keys.count), streams: 0))
      register(reference, root)
    }
    for index in patternCriteria.indices { patternCriteria[index] = moved[Int(patternCriteria[index])] }
    for index in contextCriteria.indices { contextCriteria[index] = moved[Int(contextCriteria[index])] }
  }

  private mutating func append(_ draft: Draft, key: Int32) {
    let range: Range<Int32>
    if draft.comparison.isNumeric {
      let first = Int32(numbers.count)
      for value in draft.values {
        if let number = DecimalNumber(ByteSlice(offset: 0, length: value.count), of: value) {
          numbers.append(number)
        }
      }
      range = first..<Int32(numbers.count)
    } else {
      let first = Int32(values.count)
      for value in draft.values { values.append(keep(value)) }
      range = first..<Int32(values.count)
    }
    criteria.append(
      CompiledCriterion(
        key: key, comparison: draft.comparison, isNegative: draft.isNegative,
        ignoresCase: draft.ignoresCase, values: range, rules: 0..<0, patterns: 0..<0))
  }

  private mutating func register(_ reference: RootReference, _ root: Int32) {
    if reference.origin == .session { readsSession = true }
    switch (reference.origin, reference.root) {
    case (.event, .eventName): eventNameRoot = root
    case (.event, .field(let field)): eventFieldRoots[Int(field.rawValue)] = root
    case (.event, .attribute(let name)):
      _ = eventAttributes.intern(Array(name.utf8))
      eventAttributeRoots.append(root)
    case (.session, .field(let field)): sessionFieldRoots[Int(field.rawValue)] = root
    case (.session, .attribute(let name)):
      _ = sessionAttributes.intern(Array(name.utf8))
      sessionAttributeRoots.append(root)
    case (.session, .attributeList(let name)):
      _ = sessionLists.intern(Array(name.utf8))
      sessionListRoots.append(root)
    case (.session, .count(let count)): sessionCountRoots.append((count, root))
    case (.session, .identity(let text)): sessionTextRoots.append((text, root))
    case (.session, .eventName), (.event, .attributeList), (.event, .count), (.event, .identity): break
    }
  }

  /// Context-only rules by the criterion that is likeliest to rule them out.
  private mutating func indexRules() {
    var byCriterion = [[Int32]](repeating: [], count: criteria.count)
    for (number, rule) in rules.enumerated() where rule.patterns.isEmpty {
      let positive = rule.context.map { contextCriteria[Int($0)] }.filter { !criteria[Int($0)].isNegative }
      if let pivot = positive.min(by: { rank($0) < rank($1) }) {
        byCriterion[Int(pivot)].append(Int32(number))
      } else {
        negativeRules.append(Int32(number))
      }
    }
    for index in criteria.indices {
      let first = Int32(pivotRules.count)
      pivotRules += byCriterion[index]
      criteria[index].rules = first..<Int32(pivotRules.count)
    }
  }

  private func rank(_ criterion: Int32) -> UInt8 { criteria[Int(criterion)].comparison.rawValue }
}
