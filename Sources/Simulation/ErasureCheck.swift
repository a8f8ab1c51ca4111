internal import EventLog
internal import Foundation
internal import Identity
internal import JourneyModel
internal import Persons
internal import Processor
internal import Sessionizer
internal import SimulatedLog
internal import WireFormat

/// Who was erased is gone, whatever failed: from what readers see, and from what lanes hold once they are
/// restored from the log.
///
/// An oracle that knows which commands were taken up, and nothing of registers.
enum ErasureCheck {
  /// What is read of a contact.
  private struct Contact: Decodable {
    struct Identifier: Decodable {
      var value: String
      var dateCreated: String?
    }

    var id: String
    var identifiers: [Identifier]?
  }

  static func run(_ run: SimulationRun, _ feed: JourneyFeed, _ journals: [[JournalRecord]]) throws {
    guard let commands = feed.commands else { return }
    try countEvents(run)
    run.count(.commandTaken, journals.joined().reduce(0) { $0 + $1.counts.commands })
    let erased = try erased(run, commands, journals)
    guard !erased.isEmpty else { return }
    run.count(.personErased, erased.count)
    try judgeContacts(erased, run)
    try judgeHeld(erased, run, journals)
  }

  /// Until when what was said of each erased identifier is gone, as far as its command was taken up.
  private static func erased(
    _ run: SimulationRun, _ commands: CommandFeed, _ journals: [[JournalRecord]]
  ) throws -> [String: EventTime] {
    // What was removed before it was read nobody has taken up.
    let lost = journals.joined().contains { $0.lost[commands.topic] != nil }
    var refused: Set<String> = []
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      for record in try run.log.committedRecords(
        TopicPartition(run.settings.lanes.topics.rejected, lane: lane))
      {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        for one in commands.published where text.hasPrefix("{\"id\":\"\(one.id)\"") { refused.insert(one.id) }
      }
    }
    run.count(.commandRejected, refused.count)
    for one in commands.published where !one.isValid && !refused.contains(one.id) && !lost {
      run.violate("command \(one.id) is none, and was not rejected")
    }
    guard !lost else { return [:] }
    var erased: [String: EventTime] = [:]
    // A register forgets that it was told after so long.
    let memory = PersonSettings().limits.erasureMemory
    for one in commands.published where !refused.contains(one.id) {
      guard let identifier = one.erased else { continue }
      let through = one.time + run.settings.lanes.sessions.maxFutureSkew
      if through + memory > EventTime(milliseconds: run.log.now), !run.hadClocksAhead {
        erased[identifier] = max(erased[identifier] ?? through, through)
      }
    }
    return erased
  }

  private static func countEvents(_ run: SimulationRun) throws {
    let topics = run.settings.lanes.topics
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      for record in try run.log.committedRecords(TopicPartition(topics[.contactEvents], lane: lane)) {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        if text.contains("\"event\":\"refused\"") { run.count(.commandRefused) }
        if text.contains("\"event\":\"erased\"") { run.count(.contactErased) }
      }
      run.count(.sessionErased, try run.log.tombstones(TopicPartition(topics.sessions, lane: lane)).count)
      for record in try run.log.committedRecords(TopicPartition(topics[.contacts], lane: lane)) {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        if text.contains("\"segmentAssignments\"") { run.count(.segmentGiven) }
      }
    }
  }

  /// Whoever is there was named after the erasure.
  private static func judgeContacts(_ erased: [String: EventTime], _ run: SimulationRun) throws {
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let place = TopicPartition(run.settings.lanes.topics[.contacts], lane: lane)
      var newest: [[UInt8]: [UInt8]] = [:]
      for record in try run.log.committedRecords(place) { newest[record.key ?? []] = record.value }
      for value in newest.values {
        let contact = try JSONDecoder().decode(Contact.self, from: Data(value))
        for identifier in contact.identifiers ?? [] {
          guard let through = erased[identifier.value], let created = identifier.dateCreated,
            created <= through.iso8601
          else { continue }
          run.violate("\(contact.id) has \(identifier.value) since \(created), erased through \(through)")
        }
      }
    }
  }

  /// No lane holds anything that was said before.
  private static func judgeHeld(
    _ erased: [String: EventTime], _ run: SimulationRun, _ journals: [[JournalRecord]]
  ) throws {
    let sessions = try ErasedSessionCheck(run)
    var held: [LaneNumber: Set<String>] = [:]
    try RestoredLanes.forEachValue(run) { lane, value in
      for problem in remains(erased, in: value) { run.violate("lane \(lane) holds \(problem)") }
      if let session = value.session { held[lane, default: []].insert(session.id.text) }
    }
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      try sessions.judge(lane, held: held[lane] ?? [], highest: journals[lane.index].last?.highest ?? [:])
    }
  }

  private static func remains(_ erased: [String: EventTime], in value: StoredValue) -> [String] {
    func through(_ identifier: Identifier) -> EventTime? {
      erased[String(decoding: identifier.value, as: UTF8.self)]
    }
    switch value.content {
    case .session(let session):
      return (session.person?.named ?? []).compactMap { named in
        guard let through = through(named.identifier), named.first.time <= through else { return nil }
        return
          "a session that named \(erased.keys.sorted()) at \(named.first.time), erased through \(through)"
      }
    case .device(let record):
      return record.named.compactMap { named in
        guard let through = through(named.identifier), named.since <= through else { return nil }
        return "a device of somebody who was erased through \(through)"
      }
    case .identifier(let record):
      guard let evidence = record.register?.evidence, let through = through(evidence.identifier),
        evidence.last <= through
      else { return [] }
      return ["evidence of \(evidence.last) of somebody who was erased through \(through)"]
    case .customerMemory, .endedConversation, .contact: return []
    }
  }
}
