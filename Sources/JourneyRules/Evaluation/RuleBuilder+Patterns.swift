internal import JourneyModel

/// Which patterns an event has to be compared with.
extension RuleBuilder {
  /// Patterns by what they wait for: a text if they can, else a name, else a key.
  mutating func indexPatterns() {
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
