internal import EventLog
internal import Foundation
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import SimulatedLog
internal import WireFormat

/// An oracle that knows nothing of sessions: each event that was published and not rejected is in exactly one
/// session, once, whatever failed.
enum CountCheck {
  private struct Snapshot: Decodable {
    var id: String
    var revision: Int
    var contactRevision: Int?
    var eventCount: Int
    var customerId: String
    var mergedInto: String?
  }

  static func run(_ run: SimulationRun, _ feed: JourneyFeed, _ journals: [[JournalRecord]]) throws {
    let expected = try expected(run, feed)
    let applied = journals.joined().reduce(0) { $0 + $1.counts.applied }
    let total = expected.values.reduce(0, +)
    if applied != total {
      run.violate("\(applied) events were applied, \(total) were published and not rejected")
    }
    let (newest, merged, hasErased) = try newestSnapshots(run)
    run.count(.merged, merged)
    var found: [String: Int] = [:]
    for session in try sessions(run, newest, hasErased: hasErased) {
      found[session.customer, default: 0] += session.events
    }
    for customer in Set(expected.keys).union(found.keys).sorted() where expected[customer] != found[customer]
    {
      // What was erased is in no session any more.
      if hasErased, (found[customer] ?? 0) < (expected[customer] ?? 0) { continue }
      run.violate(
        "customer \(customer): \(found[customer] ?? 0) events in sessions, \(expected[customer] ?? 0) published and not rejected"
      )
    }
  }

  /// Events of each session, by what readers have. Where not every change is told, of one that is still held
  /// by what its lane has: of one that is over, readers must have all.
  private static func sessions(
    _ run: SimulationRun, _ newest: [String: Snapshot], hasErased: Bool
  ) throws -> [(customer: String, events: Int)] {
    let policy = run.settings.lanes.snapshots
    let isWhole = policy.mode == .changes
    var told = newest.filter { $0.value.mergedInto == nil }
    var held: [(customer: String, events: Int)] = []
    try RestoredLanes.forEachValue(run) { lane, value in
      guard let session = value.session else { return }
      let id = session.id.text
      let revision = newest[id]?.revision ?? 0
      if revision == 0, !hasErased { run.count(.untold) }
      if revision != session.emittedRevision, !hasErased {
        run.violate("lane \(lane) has emitted \(session.emittedRevision) of \(id), readers have \(revision)")
      }
      let least = session.revision - (session.lifecycle == .final && policy.final == .never ? 1 : 0)
      if policy.mode == .ends, policy.final != .withEnd, session.lifecycle != .open, revision < least,
        !hasErased
      {
        run.violate("session \(id) has ended with revision \(least), readers have \(revision)")
      }
      if isWhole { return }
      told[id] = nil
      held.append((session.identity.text(session.identity.customerID), session.eventCount))
    }
    return held + told.values.map { ($0.customerId, $0.eventCount) }
  }

  /// Events of each customer that must be in a session.
  private static func expected(_ run: SimulationRun, _ feed: JourneyFeed) throws -> [String: Int] {
    let applied = try applied(run, feed)
    var expected: [String: Int] = [:]
    var counted: Set<String> = []
    for record in feed.published where applied.contains(record.id) && counted.insert(record.id).inserted {
      expected[record.customer, default: 0] += 1
    }
    return expected
  }

  /// Ids of the events that must be in a session: valid, and not rejected every time they came.
  static func applied(_ run: SimulationRun, _ feed: JourneyFeed) throws -> Set<String> {
    var copies: [String: Int] = [:]
    for record in feed.published where record.isValid {
      copies[record.id, default: 0] += 1
    }
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      for record in try run.log.committedRecords(
        TopicPartition(run.settings.lanes.topics.rejected, lane: lane))
      {
        copies[id(record.value)]? -= 1
      }
      for value in try lost(run, lane) { copies[id(value)]? -= 1 }
    }
    return Set(copies.filter { $0.value > 0 }.keys)
  }

  /// The id of an event: the feed writes it first.
  private static func id(_ value: [UInt8]?) -> String {
    let text = String(decoding: value ?? [], as: UTF8.self)
    return String(text.dropFirst("{\"id\":\"".count).prefix { $0 != "\"" })
  }

  /// Input records of which the lane's journal says that they were removed before they were read.
  private static func lost(_ run: SimulationRun, _ lane: LaneNumber) throws -> [[UInt8]?] {
    var values: [[UInt8]?] = []
    let journal = try run.log.committedRecords(TopicPartition(run.settings.lanes.topics.journal, lane: lane))
    for stored in journal {
      for (topic, offsets) in try JournalRecord(decoding: stored.value ?? []).lost {
        for record in try run.log.removedRecords(TopicPartition(topic, lane: lane))
        where offsets.contains(record.offset.value) { values.append(record.stored.value) }
      }
    }
    return values
  }

  private static func newestSnapshots(_ run: SimulationRun) throws -> (
    [String: Snapshot], merged: Int, hasErased: Bool
  ) {
    var newest: [String: Snapshot] = [:]
    var hasErased = false
    var merged = 0
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let partition = TopicPartition(run.settings.lanes.topics.sessions, lane: lane)
      // Compaction may have removed the tombstone as well.
      if try !run.log.tombstones(partition).isEmpty { hasErased = true }
      for record in try run.log.committedRecords(partition) {
        guard let value = record.value else {
          newest[String(decoding: record.key ?? [], as: UTF8.self)] = nil
          continue
        }
        let snapshot = try JSONDecoder().decode(Snapshot.self, from: Data(value))
        if let known = newest[snapshot.id],
          (known.revision, known.contactRevision ?? 0) >= (snapshot.revision, snapshot.contactRevision ?? 0)
        {
          run.violate(
            "\(partition)@\(record.offset): session \(snapshot.id) has revision \(snapshot.revision) after \(known.revision)"
          )
        }
        if snapshot.mergedInto != nil { merged += 1 }
        newest[snapshot.id] = snapshot
      }
    }
    return (newest, merged, hasErased)
  }
}
