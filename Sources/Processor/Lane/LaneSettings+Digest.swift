internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

extension LaneSettings {
  /// Digest of everything that shapes output bytes, for the journal. Written out member by member in a fixed
  /// order: no dictionary order or reflection may decide it.
  package var digest: String {
    var bytes: [UInt8] = []
    func add(_ name: String, _ value: String) {
      JSONText.append(name, to: &bytes)
      bytes.append(ASCII.colon)
      JSONText.append(value, to: &bytes)
      bytes.append(ASCII.comma)
    }
    add("partitions", "\(partitions)")
    add("group", group)
    // Where persons are not looked for their topics say nothing: batches from before it verify.
    for topic in topics.consumed + topics.digested { add("topic", topic) }
    add("snapshots", snapshots.mode.rawValue)
    // Only where it is another one: batches from before there was a choice verify.
    if snapshots.final != .separate { add("finalSnapshots", snapshots.final.rawValue) }
    add("checkpointAge", "\(checkpointAge.milliseconds)")
    add("maxCheckpointValues", "\(maxCheckpointValues)")
    add("maxRedoBytes", "\(maxRedoBytes)")
    add("maxEventBytes", "\(decoding.maxEventBytes)")
    add("maxEventDepth", "\(decoding.maxEventDepth)")
    add("maxEventFacts", "\(decoding.maxEventFacts)")
    add("maxIdentifierBytes", "\(decoding.maxIdentifierBytes)")
    for span in [
      sessions.maxOutOfOrder, sessions.maxFutureSkew, sessions.allowedLateness, sessions.webGap,
      sessions.appGap,
      sessions.conversationRetention, sessions.conversationMemory, sessions.afterCallWorkTimeout,
      sessions.idleAfter, sessions.awayAfter,
      sessions.maxSessionDuration,
    ] { add("span", "\(span.milliseconds)") }
    for number in [
      sessions.maxSessionEvents, sessions.maxSessionBytes, sessions.maxJourneyMapEvents,
      sessions.maxCollectedValues, sessions.maxAttributes, sessions.maxListValues, sessions.duplicateWindow,
      sessions.maxEventsPerMinute, maxSnapshotBytes, sessions.maxConversationLegs,
    ] { add("limit", "\(number)") }
    for code in sessions.noWrapupCodeNames { add("noWrapupCode", code) }
    add("callingCode", decoding.numbering.callingCode)
    add("trunkPrefix", decoding.numbering.trunkPrefix)
    add("internationalPrefix", decoding.numbering.internationalPrefix)
    add("minEpochMilliseconds", "\(decoding.minEpochMilliseconds)")
    for id in decoding.placeholderIDs.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      add("placeholder", id)
    }
    let rules = sessions.rules
    for span in [rules.maxTriggerAge, rules.activationMemory] { add("span", "\(span.milliseconds)") }
    for number in [
      rules.maxEvidenceEvents, rules.maxEvidenceBytes, rules.maxTrackedPatterns, rules.maxAssignments,
      rules.maxActions,
    ] { add("limit", "\(number)") }
    add("missingSatisfiesNegative", "\(rules.missingSatisfiesNegative)")
    // Not where there is none: batches from before there were control groups verify.
    if rules.controlGroup.share > 0 { add("controlShare", "\(rules.controlGroup.share)") }
    for (name, type) in sessions.types.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      add("type", name)
      add("title", type.title ?? "")
      add("icon", type.icon ?? "")
      add("timeout", type.timeout.map { "\($0.milliseconds)" } ?? "")
      for projection in type.projections ?? [] {
        add(projection.from, projection.to + (projection.isList ? " list" : ""))
      }
      add("projects", type.projections == nil ? "all" : "named")
    }
    for (id, name) in names.names.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      add(id, name)
    }
    if let messaging { add("messaging", messaging.name) }
    var digest = Digest()
    digest.append(bytes)
    return digest.text
  }
}
