internal import JourneyModel

/// What the event says. Its facts are read, and its criteria compared, only when a pattern asks.
extension RuleEvaluator {
  /// Notes where the event has what rules may ask for.
  func locateFacts(_ event: borrowing Event, _ batch: borrowing EventBatch) {
    if rules.eventNameRoot >= 0 { locate(rules.eventNameRoot, at: -1) }
    var index = Int(event.firstFact)
    let end = min(Int(event.endFact), batch.facts.count)
    while index < end {
      let fact = batch.facts[index]
      if fact.field == .attributeName {
        if !rules.eventAttributes.isEmpty, index + 1 < end {
          let number = rules.eventAttributes.value(fact.value, of: batch.bytes)
          // A repeated name: the last one counts, as it does for the session.
          if number >= 0 { locate(rules.eventAttributeRoots[Int(number)], at: Int32(index + 1)) }
        }
        index += 2
      } else {
        let root = rules.eventFieldRoots[Int(fact.field.rawValue)]
        if root >= 0 { locate(root, at: Int32(index)) }
        index += 1
      }
    }
  }

  private func locate(_ root: Int32, at index: Int32) {
    if located[Int(root)] != stamp {
      located[Int(root)] = stamp
      locatedRoots.append(root)
    }
    location[Int(root)] = index
  }

  /// Finds the scalars of a root's keys, once per event.
  func read(_ root: Int32, _ event: borrowing Event, _ batch: borrowing EventBatch) {
    guard read[Int(root)] != stamp else { return }
    read[Int(root)] = stamp
    guard located[Int(root)] == stamp else { return }
    // By member: docs/design/hot-path.md.
    if rules.roots[Int(root)].isEventName {
      for key in rules.roots[Int(root)].keys { add(key, event.name, isInScratch: false) }
      return
    }
    let node = rules.roots[Int(root)].node
    let index = Int(location[Int(root)])
    guard let field = rules.roots[Int(root)].collected else {
      return find(node, batch.facts[index].value, batch)
    }
    for place in Int(event.firstFact)...index where batch.facts[place].field == field {
      find(node, batch.facts[place].value, batch)
    }
  }

  private func find(_ node: Int32, _ value: ByteSlice, _ batch: borrowing EventBatch) {
    leaves.truncate()
    tree.walk(value, of: batch.bytes, from: node, to: &leaves)
    for index in leaves.indices {
      let leaf = leaves[index]
      guard leaf.isEscaped else {
        add(leaf.key, leaf.slice, isInScratch: false)
        continue
      }
      let start = scratch.count
      JSONUnescaping.append(leaf.slice, of: batch.bytes, to: &scratch)
      add(leaf.key, ByteSlice(offset: start, length: scratch.count - start), isInScratch: true)
    }
  }

  private func add(_ key: Int32, _ slice: ByteSlice, isInScratch: Bool) {
    let next = present[Int(key)] == stamp ? firstFound[Int(key)] : -1
    present[Int(key)] = stamp
    firstFound[Int(key)] = Int32(found.count)
    found.append(
      FoundValue(next: next, slice: slice, isInScratch: isInScratch, folded: .empty, isFolded: false))
  }

  /// Whether a pattern's criterion holds for the event, or for its session if that is what its key names.
  func holds(_ index: Int32, _ event: borrowing Event, _ batch: borrowing EventBatch) -> Bool {
    let criterion = rules.criteria[Int(index)]
    let root = rules.keys[Int(criterion.key)].root
    guard rules.isOfEvent(root) else { return sessionHolds(index) }
    // Known already, perhaps without having been read.
    if asked[Int(index)] == stamp { return (holding[Int(index)] == stamp) != criterion.isNegative }
    read(root, event, batch)
    guard present[Int(criterion.key)] == stamp else {
      return criterion.isNegative && rules.settings.missingSatisfiesNegative
    }
    asked[Int(index)] = stamp
    if matches(criterion, batch) { holding[Int(index)] = stamp }
    return (holding[Int(index)] == stamp) != criterion.isNegative
  }

  /// Whether any of the key's values satisfies the positive form.
  private func matches(_ criterion: CompiledCriterion, _ batch: borrowing EventBatch) -> Bool {
    var at = firstFound[Int(criterion.key)]
    while at >= 0 {
      if criterion.ignoresCase { fold(Int(at), batch) }
      let value = found[Int(at)]
      let isMatch =
        if criterion.ignoresCase {
          rules.matches(criterion, value.folded, of: scratch)
        } else if value.isInScratch {
          rules.matches(criterion, value.slice, of: scratch)
        } else {
          rules.matches(criterion, value.slice, of: batch.bytes)
        }
      if isMatch { return true }
      at = value.next
    }
    return false
  }

  func fold(_ index: Int, _ batch: borrowing EventBatch) {
    guard !found[index].isFolded else { return }
    let start = scratch.count
    if found[index].isInScratch {
      let copy = scratch
      rules.caseFolding.append(found[index].slice, of: copy, to: &scratch)
    } else {
      rules.caseFolding.append(found[index].slice, of: batch.bytes, to: &scratch)
    }
    found[index].folded = ByteSlice(offset: start, length: scratch.count - start)
    found[index].isFolded = true
  }
}
