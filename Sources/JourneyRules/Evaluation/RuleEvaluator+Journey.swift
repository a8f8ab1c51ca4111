internal import JourneyModel

/// Journey patterns: which may match the event, what they have matched before, and what that makes of their
/// rules.
extension RuleEvaluator {
  /// Visits the patterns that name the event, those that wait for a text or a key that it has, and those that
  /// take any event.
  ///
  /// - Parameter slot: where patterns for the event's name and stream are indexed; -1 if no pattern has the
  ///   name.
  func visitPatterns(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ slot: Int, _ state: inout RuleState
  ) {
    let streams = rules.streamCount
    let stream = Int(event.stream.rawValue)
    if slot >= 0, slot < rules.namedPatterns.count {
      visit(rules.namedPatterns[slot], event, batch, &state)
    }
    for index in locatedRoots.indices {
      let number = locatedRoots[index]
      guard rules.roots[Int(number)].streams & (1 << event.stream.rawValue) != 0 else { continue }
      var remembered: Range<Int32>?
      var isLookedUp = false
      for key in rules.roots[Int(number)].keys {
        let keyed = rules.keyedPatterns[Int(key) * streams + stream]
        let isMatched = rules.isMatched(rules.keys[Int(key)], Int32(slot), event.stream)
        guard isMatched || !keyed.isEmpty else { continue }
        if !keyed.isEmpty {
          read(number, event, batch)
          guard present[Int(key)] == stamp else { continue }
          visit(keyed, event, batch, &state)
        }
        guard isMatched else { continue }
        if !isLookedUp {
          isLookedUp = true
          remembered = recallMatched(number, event, batch)
        }
        findMatched(key, number, remembered, event, batch)
        if !hits.isEmpty { visitHits(Int32(slot), event, batch, &state) }
      }
    }
    visit(rules.openPatterns[stream], event, batch, &state)
  }

  /// Looks up which texts a root's value has, and remembers it when the value has come before.
  ///
  /// - Returns: a range of the memory; `nil` if it has to be looked through by itself.
  private func recallMatched(
    _ root: Int32, _ event: borrowing Event, _ batch: borrowing EventBatch
  ) -> Range<Int32>? {
    let index = Int(location[Int(root)])
    guard index >= 0 else { return nil }
    let (digest, value) = (batch.facts[index].digest, batch.facts[index].value)
    switch texts.look(root, digest, value, of: batch.bytes) {
    case .known(let range): return range
    case .new: return nil
    case .seenOnce: break
    }
    read(root, event, batch)
    var new: [EventMemory.Hit] = []
    for key in rules.roots[Int(root)].keys
    where rules.keys[Int(key)].matcher >= 0 && present[Int(key)] == stamp {
      scan(key, batch)
      for index in textHits.indices {
        new.append(
          EventMemory.Hit(key: key, criterion: textHits[index].criterion, holds: textHits[index].holds))
      }
    }
    return texts.remember(root, digest, value, of: batch.bytes, hits: new)
  }

  /// Fills `hits` with the criteria that wait for a text which one of the key's values has.
  private func findMatched(
    _ key: Int32, _ root: Int32, _ remembered: Range<Int32>?, _ event: borrowing Event,
    _ batch: borrowing EventBatch
  ) {
    hits.truncate()
    if let remembered {
      for index in remembered {
        let known = texts[index]
        if known.key == key { hit(known.criterion, known.holds) }
      }
      return
    }
    read(root, event, batch)
    guard present[Int(key)] == stamp else { return }
    scan(key, batch)
    for index in textHits.indices { hit(textHits[index].criterion, textHits[index].holds) }
  }

  /// Fills `textHits` with the texts that the key's values have.
  private func scan(_ key: Int32, _ batch: borrowing EventBatch) {
    textHits.truncate()
    let matcher = matchers[Int(rules.keys[Int(key)].matcher)]
    var at = firstFound[Int(key)]
    while at >= 0 {
      let value = found[Int(at)]
      let index = Int(at)
      at = value.next
      if matcher.isFolded {
        // Most values are ASCII, and need no folded copy.
        if !value.isInScratch, matcher.scanLowering(value.slice, of: batch.bytes, into: &textHits) {
          continue
        }
        fold(index, batch)
        matcher.scan(found[index].folded, of: scratch, into: &textHits)
      } else if value.isInScratch {
        matcher.scan(value.slice, of: scratch, into: &textHits)
      } else {
        matcher.scan(value.slice, of: batch.bytes, into: &textHits)
      }
    }
  }

  /// Visits the patterns that wait for what was hit.
  private func visitHits(
    _ slot: Int32, _ event: borrowing Event, _ batch: borrowing EventBatch, _ state: inout RuleState
  ) {
    for index in hits.indices {
      for entry in rules.criteria[Int(hits[index])].patterns {
        let pivot = rules.pivotPatterns[Int(entry)]
        guard pivot.slot == slot || pivot.slot < 0 else { continue }
        visit(pivot.pattern, event, batch, &state)
      }
    }
  }

  private func hit(_ criterion: Int32, _ holds: Bool) {
    if holds {
      asked[Int(criterion)] = stamp
      holding[Int(criterion)] = stamp
    }
    guard hit[Int(criterion)] != stamp else { return }
    hit[Int(criterion)] = stamp
    hits.append(criterion)
  }

  private func visit(
    _ range: Range<Int32>, _ event: borrowing Event, _ batch: borrowing EventBatch, _ state: inout RuleState
  ) {
    for index in range { visit(rules.indexedPatterns[Int(index)], event, batch, &state) }
  }

  private func visit(
    _ number: Int32, _ event: borrowing Event, _ batch: borrowing EventBatch, _ state: inout RuleState
  ) {
    recollect(state)
    let pattern = rules.patterns[Int(number)]
    guard pattern.stream == event.stream, fired[Int(pattern.rule)] != stamp,
      isCounting(number, pattern, state),
      ByteSearch.equals(event.sessionType, of: batch.bytes, pattern.sessionType, of: rules.bytes),
      matches(pattern, event, batch)
    else { return }
    count(number, pattern, event, batch, &state)
  }

  /// Whether another match would change anything.
  private func isCounting(_ number: Int32, _ pattern: CompiledPattern, _ state: RuleState) -> Bool {
    if tracked[Int(number)] == stamp, state.progress[Int(entry[Int(number)])].isComplete { return false }
    let rule = rules.rules[Int(pattern.rule)]
    guard rule.isOrdered else { return true }
    // By the stage before the event: no event completes one pattern and counts for the next.
    let stage = stagedAt[Int(pattern.rule)] == stamp ? stage[Int(pattern.rule)] : 0
    return pattern.position == stage
  }

  private func matches(
    _ pattern: CompiledPattern, _ event: borrowing Event, _ batch: borrowing EventBatch
  ) -> Bool {
    for index in pattern.criteria
    where !holds(rules.patternCriteria[Int(index)], event, batch) { return false }
    return true
  }

  private func count(
    _ number: Int32, _ pattern: CompiledPattern, _ event: borrowing Event, _ batch: borrowing EventBatch,
    _ state: inout RuleState
  ) {
    let rule = rules.rules[Int(pattern.rule)]
    if rule.patterns.count == 1, pattern.count == 1, contextHolds(rule) {
      // Counted for nobody: most rules need one event, and then nothing has to be kept.
      singles[Int(pattern.rule)] = stamp
      becomeDue(pattern.rule)
      return
    }
    let index: Int
    if tracked[Int(number)] == stamp {
      index = Int(entry[Int(number)])
    } else {
      guard state.progress.count < rules.settings.maxTrackedPatterns else {
        state.omitted += 1
        return
      }
      index = state.progress.count
      state.progress.append(
        RuleState.Progress(
          content: rule.content, position: pattern.position, patternCount: Int32(rule.patterns.count),
          count: 0, required: pattern.count, isOrdered: rule.isOrdered, isWaiting: false,
          evidence: EventIDList(), rule: pattern.rule))
      tracked[Int(number)] = stamp
      entry[Int(number)] = Int32(index)
    }
    state.progress[index].count += 1
    note(event, batch, index, &state)
    guard state.progress[index].isComplete, isComplete(rule, state) else { return }
    if contextHolds(rule) {
      becomeDue(pattern.rule)
    } else {
      state.progress[index].isWaiting = true
    }
  }

  private func note(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ index: Int, _ state: inout RuleState
  ) {
    let before = state.progress[index].evidence.byteCount
    guard state.evidenceBytes + event.id.count + 2 <= rules.settings.maxEvidenceBytes else { return }
    state.progress[index].evidence.append(
      event.id, of: batch.bytes, limit: rules.settings.maxEvidenceEvents)
    state.evidenceBytes += state.progress[index].evidence.byteCount - before
  }

  private func isComplete(_ rule: CompiledRule, _ state: RuleState) -> Bool {
    for pattern in rule.patterns {
      guard tracked[Int(pattern)] == stamp, state.progress[Int(entry[Int(pattern)])].isComplete
      else { return false }
    }
    return true
  }

  /// Notes what is due, in the order of the definitions, and says why.
  func fire(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ state: inout RuleState,
    _ output: inout [Fired]
  ) {
    due.sort()
    for number in due {
      let rule = rules.rules[Int(number)]
      if rule.kind == .actionMap {
        output.append(fired(rule, number, event, batch, state))
        continue
      }
      guard state.assignments.count < rules.settings.maxAssignments else {
        state.omitted += 1
        continue
      }
      let item = fired(rule, number, event, batch, state)
      output.append(item)
      var assignment = RuleState.Assignment(
        kind: rule.kind, id: rules.id(rule), version: rules.version(rule), time: event.time,
        expires: item.expires)
      assignment.rule = number
      if rule.kind == .segment {
        assignment.trigger = rules.triggersBySegment[assignment.id] ?? -1
        assignment.event = batch.text(event.id)
      }
      state.assignments.append(assignment)
    }
    state.drop { $0.rule >= 0 && fired[Int($0.rule)] == stamp }
  }

  private func fired(
    _ rule: CompiledRule, _ number: Int32, _ event: borrowing Event, _ batch: borrowing EventBatch,
    _ state: borrowing RuleState
  ) -> Fired {
    let id = batch.text(event.id)
    var because: [Fired.Cause] = []
    because.reserveCapacity(Int(rule.contextPatterns) + rule.patterns.count)
    for position in 0..<Int(rule.contextPatterns) {
      because.append(Fired.Cause(part: .context(position), events: [id], count: 1))
    }
    for pattern in rule.patterns {
      let position = Int(rules.patterns[Int(pattern)].position)
      if singles[Int(number)] == stamp {
        because.append(Fired.Cause(part: .journey(position), events: [id], count: 1))
      } else if tracked[Int(pattern)] == stamp {
        let progress = state.progress[Int(entry[Int(pattern)])]
        because.append(
          Fired.Cause(part: .journey(position), events: progress.evidence.texts, count: progress.count))
      }
    }
    var item = Fired(kind: rule.kind, definition: Int(rule.definition), time: event.time, because: because)
    switch rule.kind {
    case .segment: item.expires = rules.expiry(ofSegment: rule.definition, from: event.time)
    case .outcome:
      if let field = rules.outcomes[Int(rule.definition)].associatedValueField {
        item.associatedValue = associatedValue(field, event, batch)
      }
    case .actionMap: break
    }
    return item
  }

  /// The number that the event gives for an outcome; `nil` if it has none, or none of the field's kind.
  private func associatedValue(
    _ field: Outcome.AssociatedValueField, _ event: borrowing Event, _ batch: borrowing EventBatch
  ) -> String? {
    guard let key = FactKey(field.name, isContext: false), case .attribute(let name) = key.root
    else { return nil }
    var paths = MemberPaths()
    let node = paths.addRoot()
    paths.add(key.path, key: 0, to: node)
    let tree = MemberTree(paths)
    var leaves = ScratchList<MemberTree.Leaf>()
    var index = Int(event.firstFact)
    while index + 1 < min(Int(event.endFact), batch.facts.count) {
      if batch.facts[index].field == .attributeName, batch.text(batch.facts[index].value) == name {
        leaves.truncate()
        tree.walk(batch.facts[index + 1].value, of: batch.bytes, from: node, to: &leaves)
      }
      index += batch.facts[index].field == .attributeName ? 2 : 1
    }
    guard let leaf = leaves.first else { return nil }
    var text: [UInt8] = []
    if leaf.isEscaped {
      JSONUnescaping.append(leaf.slice, of: batch.bytes, to: &text)
    } else {
      text.append(leaf.slice, of: batch.bytes)
    }
    guard let number = DecimalNumber(ByteSlice(offset: 0, length: text.count), of: text) else { return nil }
    return field.dataType == .number ? String(decoding: text, as: UTF8.self) : number.integerText
  }
}

extension CompiledRules {
  /// When an assignment of this time ends.
  fileprivate func expiry(ofSegment index: Int32, from time: EventTime) -> EventTime? {
    guard let days = expirationDays[Int(index)] else { return nil }
    // Beyond the last time there is, it never does.
    guard days >= 0, days < 4_000_000 else { return nil }
    let expiry = time + .hours(Int64(days) * 24)
    return expiry <= .latest ? expiry : nil
  }
}
