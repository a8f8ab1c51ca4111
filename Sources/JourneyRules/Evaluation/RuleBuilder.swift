internal import JourneyModel

/// Builds the flat arrays of `CompiledRules`. Dictionaries serve look-ups only; every order comes from the definitions.
struct RuleBuilder: ~Copyable {
  private let folding: CaseFolding

  init(_ folding: CaseFolding) { self.folding = folding }

  private(set) var rules: [CompiledRule] = []
  private(set) var patterns: [CompiledPattern] = []
  private(set) var patternCriteria: [Int32] = []
  private(set) var contextCriteria: [Int32] = []
  private(set) var criteria: [CompiledCriterion] = []
  private(set) var keys: [CompiledKey] = []
  private(set) var roots: [CompiledRoot] = []
  private(set) var paths = MemberPaths()
  private(set) var bytes: [UInt8] = []
  private(set) var values: [ByteSlice] = []
  private(set) var numbers: [DecimalNumber] = []
  private(set) var pivotRules: [Int32] = []
  private(set) var negativeRules: [Int32] = []
  private(set) var eventNames = ByteTable()
  private(set) var namedPatterns: [Range<Int32>] = []
  private(set) var keyedPatterns: [Range<Int32>] = []
  private(set) var openPatterns: [Range<Int32>] = []
  private(set) var indexedPatterns: [Int32] = []
  private(set) var pivotPatterns: [PivotPattern] = []
  private(set) var matchers: [KeyMatcher] = []
  private(set) var matchedSlots: [Int32] = []
  private(set) var namedSlots: [Bool] = []
  private(set) var unnamedStreams: UInt8 = 0
  private(set) var eventFieldRoots = [Int32](repeating: -1, count: 256)
  private(set) var eventNameRoot: Int32 = -1
  private(set) var eventAttributes = ByteTable()
  private(set) var eventAttributeRoots: [Int32] = []
  private(set) var sessionFieldRoots = [Int32](repeating: -1, count: 256)
  private(set) var sessionAttributes = ByteTable()
  private(set) var sessionAttributeRoots: [Int32] = []
  private(set) var sessionLists = ByteTable()
  private(set) var sessionListRoots: [Int32] = []
  private(set) var sessionCountRoots: [(count: FactKey.SessionCount, root: Int32)] = []
  private(set) var sessionTextRoots: [(text: FactKey.SessionText, root: Int32)] = []
  private(set) var readsSession = false
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
  private(set) var rulesByContent: [UInt64: Int32] = [:]
  private(set) var rulesByID: [CompiledRules.DefinitionReference: Int32] = [:]

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
  private var names: [[[UInt8]]?] = []

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

  /// Patterns by what they wait for: a text if they can, else a name, else a key.
  private mutating func indexPatterns() {
    let streams = Stream.allCases.count
    for case .some(let names) in names { for name in names { _ = eventNames.intern(name) } }
    let pivots = buildMatchers()
    var byText = [[PivotPattern]](repeating: [], count: criteria.count)
    var named: [[Int32]] = []
    var keyed = [[Int32]](repeating: [], count: keys.count * streams)
    var open = [[Int32]](repeating: [], count: streams)
    for (number, pattern) in patterns.enumerated() {
      let slots = names[number].map { self.slots($0, pattern.stream) }
      for slot in slots ?? [] {
        while namedSlots.count <= slot { namedSlots.append(false) }
        namedSlots[Int(slot)] = true
      }
      if slots == nil { unnamedStreams |= 1 << pattern.stream.rawValue }
      if let pivot = pivots[number] {
        byText[Int(pivot)] += (slots ?? [-1]).map { PivotPattern(slot: $0, pattern: Int32(number)) }
      } else if let slots {
        for slot in slots {
          while named.count <= slot { named.append([]) }
          named[Int(slot)].append(Int32(number))
        }
      } else if let key = pivotKey(pattern) {
        keyed[Int(key) * streams + Int(pattern.stream.rawValue)].append(Int32(number))
        roots[Int(keys[Int(key)].root)].streams |= 1 << pattern.stream.rawValue
      } else {
        open[Int(pattern.stream.rawValue)].append(Int32(number))
      }
    }
    namedPatterns = named.map { append($0) }
    keyedPatterns = keyed.map { append($0) }
    openPatterns = open.map { append($0) }
    registerPivots(byText)
  }

  /// Where events of these names have their patterns: each once, ascending.
  private func slots(_ names: [[UInt8]], _ stream: Stream) -> [Int32] {
    let slots = names.map { name in
      let number = eventNames.value(ByteSlice(offset: 0, length: name.count), of: name)
      return number * Int32(Stream.allCases.count) + Int32(stream.rawValue)
    }
    return Set(slots).sorted()
  }

  /// Builds the matchers of all keys.
  ///
  /// - Returns: by pattern the criterion whose texts bring it up; `nil` where there is none.
  private mutating func buildMatchers() -> [Int32?] {
    let candidates = patterns.map { pivotCriterion($0) }
    let wanted = Set(candidates.compactMap(\.self))
    for key in keys.indices {
      let entries = keys[key].criteria.filter { wanted.contains($0) }.map { number in
        let criterion = criteria[Int(number)]
        return KeyMatcher.Entry(
          criterion: number, comparison: criterion.comparison, ignoresCase: criterion.ignoresCase,
          values: criterion.values.map { Array(bytes[values[Int($0)].indices]) })
      }
      guard !entries.isEmpty else { continue }
      keys[key].matcher = Int32(matchers.count)
      matchers.append(KeyMatcher(entries, folding))
    }
    return candidates
  }

  /// The text criterion that is likeliest to rule the pattern out.
  private func pivotCriterion(_ pattern: CompiledPattern) -> Int32? {
    var best: (criterion: Int32, rank: Int)?
    for index in pattern.criteria {
      let number = patternCriteria[Int(index)]
      let criterion = criteria[Int(number)]
      let root = roots[Int(keys[Int(criterion.key)].root)]
      guard !criterion.isNegative, !criterion.comparison.isNumeric, root.isOfEvent, root.root != .eventName,
        criterion.values.allSatisfy({ !values[Int($0)].isEmpty })
      else { continue }
      var rank = Int(criterion.comparison.rawValue)
      // Few events have a given attribute.
      if case .attribute = root.root { rank -= 100 }
      if best.map({ rank < $0.rank }) ?? true { best = (number, rank) }
    }
    return best?.criterion
  }

  /// Lays out what each criterion's texts bring up, and notes for which events its key has to be looked at.
  private mutating func registerPivots(_ byText: [[PivotPattern]]) {
    var slotsOfKey = [Set<Int32>](repeating: [], count: keys.count)
    for (number, entries) in byText.enumerated() {
      let first = Int32(pivotPatterns.count)
      pivotPatterns += entries
      criteria[number].patterns = first..<Int32(pivotPatterns.count)
      let key = Int(criteria[number].key)
      for entry in entries {
        let stream = patterns[Int(entry.pattern)].stream
        roots[Int(keys[key].root)].streams |= 1 << stream.rawValue
        if entry.slot < 0 {
          keys[key].openStreams |= 1 << stream.rawValue
        } else {
          slotsOfKey[key].insert(entry.slot)
        }
      }
    }
    for key in keys.indices {
      let first = Int32(matchedSlots.count)
      matchedSlots += slotsOfKey[key].sorted()
      keys[key].slots = first..<Int32(matchedSlots.count)
    }
  }

  /// The key without which the pattern cannot match: of an attribute if there is one, as few events have it.
  private func pivotKey(_ pattern: CompiledPattern) -> Int32? {
    var found: Int32?
    for index in pattern.criteria {
      let criterion = criteria[Int(patternCriteria[Int(index)])]
      guard !criterion.isNegative else { continue }
      let root = roots[Int(keys[Int(criterion.key)].root)]
      guard root.isOfEvent else { continue }
      if case .attribute = root.root { return criterion.key }
      if found == nil { found = criterion.key }
    }
    return found
  }

  private mutating func append(_ list: [Int32]) -> Range<Int32> {
    let first = Int32(indexedPatterns.count)
    indexedPatterns += list
    return first..<Int32(indexedPatterns.count)
  }
}
