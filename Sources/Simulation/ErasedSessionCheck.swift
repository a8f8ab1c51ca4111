internal import EventLog
internal import Foundation
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import SimulatedLog
internal import WireFormat

/// No record of `sessions` that a lane could still take back names a contact that was erased.
///
/// A session that its lane had forgotten when the person was erased is left to the sweep; no sweep runs here.
/// So only those count that the lane holds at the end, and those that it cannot have forgotten by event time.
struct ErasedSessionCheck {
  /// What is read of a contact's event.
  private struct Happening: Decodable {
    var event: String
    var contactId: String?
  }

  /// What is read of a session.
  private struct Snapshot: Decodable {
    struct Reference: Decodable { var id: String? }
    struct Event: Decodable { var createdDate: String }

    var id: String
    var type: String
    var mergedInto: String?
    var externalContact: Reference?
    var lastEvent: Event?
  }

  private let run: SimulationRun
  /// Contacts that were erased and are nobody's again.
  private let erased: Set<String>

  init(_ run: SimulationRun) throws {
    self.run = run
    let topics = run.settings.lanes.topics
    var (gone, there): (Set<String>, Set<String>) = ([], [])
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      for record in try run.log.committedRecords(TopicPartition(topics[.contactEvents], lane: lane)) {
        let one = try JSONDecoder().decode(Happening.self, from: Data(record.value ?? []))
        if one.event == "erased", let id = one.contactId { gone.insert(id) }
      }
      for record in try run.log.committedRecords(TopicPartition(topics[.contacts], lane: lane)) {
        let key = String(decoding: record.key ?? [], as: UTF8.self)
        if record.value == nil { there.remove(key) } else { there.insert(key) }
      }
    }
    erased = gone.subtracting(there)
  }

  /// Judges a lane's sessions.
  ///
  /// - Parameters:
  ///   - held: the ids of those that it holds at the end.
  ///   - highest: the highest event time that it has admitted of each stream.
  func judge(_ lane: LaneNumber, held: Set<String>, highest: [JourneyModel.Stream: EventTime]) throws {
    guard !erased.isEmpty else { return }
    var newest: [String: Snapshot] = [:]
    let place = TopicPartition(run.settings.lanes.topics.sessions, lane: lane)
    for record in try run.log.committedRecords(place) {
      let key = String(decoding: record.key ?? [], as: UTF8.self)
      newest[key] = try record.value.map { try JSONDecoder().decode(Snapshot.self, from: Data($0)) }
    }
    for session in newest.values.sorted(by: { $0.id < $1.id }) where session.mergedInto == nil {
      guard let contact = session.externalContact?.id, erased.contains(contact) else { continue }
      if held.contains(session.id) || cannotBeForgotten(session, highest) {
        run.violate("session \(session.id) names \(contact), who was erased")
      } else {
        run.count(.sessionLeftToSweep)
      }
    }
  }

  /// Whether the lane's watermark is not yet where it forgets the session.
  private func cannotBeForgotten(_ session: Snapshot, _ highest: [JourneyModel.Stream: EventTime]) -> Bool {
    let settings = run.settings.lanes.sessions
    let own = JourneyModel.Stream.allCases.first { $0.profile.sessionType?.description == session.type }
    guard let own, let last = session.lastEvent?.createdDate, let newest = highest[own] else { return false }
    let gap: EventTime.Span
    switch own.profile.ending {
    case .webGap: gap = settings.webGap
    case .appGap: gap = settings.appGap
    case .events, .typeTimeout: return false
    }
    return last > (newest - settings.maxOutOfOrder - settings.allowedLateness - gap).iso8601
  }
}
