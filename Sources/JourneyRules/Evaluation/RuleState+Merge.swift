internal import JourneyModel

extension RuleState {
  /// Takes over what a session that is merged into this one's remembers.
  ///
  /// What either had fired stays fired, actions included: of an assignment that both had, the earlier time
  /// and the later expiry. Counts of a rule that neither had fired add up, evidence of this session first. Of
  /// an ordered rule the state that has come further counts; where both are at the same pattern, its counts
  /// add up. Nothing fires here: what is complete now does with the next event.
  public mutating func merge(_ other: RuleState, settings: RuleSettings) {
    guard !other.isEmpty else { return }
    boundTo = 0
    omitted += other.omitted
    mergeAssignments(other, settings)
    // What either had qualified stays, under the ids it was emitted with: two of one map if both had it. One
    // that waited in one session and went on in the other is one.
    for action in other.actions {
      if let index = actions.firstIndex(where: { $0.id == action.id }) {
        if actions[index].awaits != .nothing { actions[index] = action }
      } else if actions.count < settings.maxActions {
        actions.append(action)
      } else {
        omitted += 1
      }
    }
    var merged: [UInt64] = []
    for entry in other.progress where !merged.contains(entry.content) {
      merged.append(entry.content)
      merge(rule: entry.content, isOrdered: entry.isOrdered, other, settings)
    }
    shedEvidence(settings)
    scores.merge(other.scores)
    for assignment in assignments where assignment.kind == .outcome { scores.achieve(assignment.id) }
  }

  /// Drops the counts of rules that have fired: merging binds the state to nothing, so the next `evaluate`
  /// does it by rule.
  private mutating func mergeAssignments(_ other: RuleState, _ settings: RuleSettings) {
    for assignment in other.assignments {
      if let index = assignments.firstIndex(where: { $0.kind == assignment.kind && $0.id == assignment.id }) {
        if assignment.time < assignments[index].time {
          assignments[index].time = assignment.time
          assignments[index].event = assignment.event
        }
        if let own = assignments[index].expires {
          assignments[index].expires = assignment.expires.map { max(own, $0) }
        }
        assignments[index].isExpired = assignments[index].isExpired && assignment.isExpired
      } else if assignments.count < settings.maxAssignments {
        assignments.append(assignment)
      } else {
        omitted += 1
      }
    }
  }

  private mutating func merge(
    rule: UInt64, isOrdered: Bool, _ other: RuleState, _ settings: RuleSettings
  ) {
    if isOrdered {
      let own = stage(rule)
      let others = other.stage(rule)
      if others < own { return }
      if others > own {
        drop { $0.content == rule }
        for entry in other.progress where entry.content == rule { insert(entry, settings) }
        return
      }
    }
    for entry in other.progress where entry.content == rule {
      let known = progress.firstIndex { $0.content == rule && $0.position == entry.position }
      guard let index = known else {
        insert(entry, settings)
        continue
      }
      // Of an ordered rule only the pattern that are both at.
      if isOrdered, progress[index].isComplete { continue }
      progress[index].count = min(progress[index].count + entry.count, progress[index].required)
      evidenceBytes -= progress[index].evidence.byteCount
      progress[index].evidence.append(entry.evidence, limit: settings.maxEvidenceEvents)
      evidenceBytes += progress[index].evidence.byteCount
    }
    markWaiting(rule)
  }

  private mutating func insert(_ entry: Progress, _ settings: RuleSettings) {
    guard progress.count < settings.maxTrackedPatterns else {
      omitted += 1
      return
    }
    progress.append(entry)
    evidenceBytes += entry.evidence.byteCount
  }

  /// How many patterns of an ordered rule are complete.
  private func stage(_ rule: UInt64) -> Int {
    progress.reduce(0) { $1.content == rule && $1.isComplete ? $0 + 1 : $0 }
  }

  /// Marks a rule whose patterns are all complete.
  private mutating func markWaiting(_ rule: UInt64) {
    var first: Int?
    var complete = 0
    for index in progress.indices where progress[index].content == rule {
      if first == nil { first = index }
      if progress[index].isComplete { complete += 1 }
      progress[index].isWaiting = false
    }
    if let first, complete == progress[first].patternCount { progress[first].isWaiting = true }
  }

  /// Evidence of the last patterns goes first.
  private mutating func shedEvidence(_ settings: RuleSettings) {
    var index = progress.count - 1
    while evidenceBytes > settings.maxEvidenceBytes, index >= 0 {
      evidenceBytes -= progress[index].evidence.byteCount
      progress[index].evidence = EventIDList()
      index -= 1
    }
  }
}
