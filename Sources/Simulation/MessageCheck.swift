internal import EventLog
internal import JourneyModel
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// Messages between lanes, whatever failed: each that was sent was applied once, those of one lane to another
/// in their order.
///
/// An oracle that knows nothing of marks: which events have a ping follows from their ids, and every ping
/// that was applied has left a pong. What is twice in `routed` because somebody copied it there is passed
/// over as a duplicate.
enum MessageCheck {
  /// A message that a lane has sent: copies by others are not among them.
  private struct Sent {
    var message: LaneMessage
    var place: TopicPartition
    var offset: RecordOffset
    /// The event that its ping was sent of.
    var event: [UInt8]
    var isPing: Bool { message.kind == Ping.kind.number }
  }

  /// From one lane to another.
  private struct Way: Hashable, Comparable {
    var from: LaneNumber
    var to: LaneNumber

    var back: Way { Way(from: to, to: from) }

    static func < (left: Self, right: Self) -> Bool { (left.from, left.to) < (right.from, right.to) }
  }

  static func run(_ run: SimulationRun, _ feed: JourneyFeed, _ journals: [[JournalRecord]]) throws {
    guard run.settings.lanes.messaging != nil else { return }
    let (sent, copies) = try sent(run)
    let ways = Dictionary(grouping: sent) { Way(from: $0.message.sender.lane, to: $0.place.lane) }
    for (way, messages) in ways.sorted(by: { $0.key < $1.key }) { judgeNumbers(way, messages, run) }
    if !run.settings.lanes.findsPersons {
      judgePings(run, sent, try expected(run, feed))
      for way in Set(ways.keys).union(ways.keys.map(\.back)).sorted() {
        judgeAnswers(way, ways[way] ?? [], ways[way.back] ?? [], run)
      }
    }
    judgeJournals(run, journals, ways, copies: copies)
    run.count(.messageApplied, sent.count)
    run.count(.messageRepeated, copies)
  }

  private static func sent(_ run: SimulationRun) throws -> ([Sent], copies: Int) {
    var sent: [Sent] = []
    var copies = 0
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let place = TopicPartition(run.settings.lanes.topics.routed, lane: lane)
      let numbers = try run.log.transactions(of: place)
      for record in try run.log.committedRecords(place) where record.isMessage {
        guard (numbers[record.offset] ?? nil) != nil else {
          copies += 1
          continue
        }
        let message = try LaneMessage(decoding: record.value ?? [])
        let event =
          switch message.kind {
          case Ping.kind.number: try message.read(Ping.self).event
          case Pong.kind.number: try message.read(Pong.self).event
          default: [UInt8]()
          }
        sent.append(Sent(message: message, place: place, offset: record.offset, event: event))
      }
    }
    return (sent, copies)
  }

  /// The events of which a ping had to go to another lane.
  private static func expected(_ run: SimulationRun, _ feed: JourneyFeed) throws -> Set<[UInt8]> {
    let partitions = run.settings.lanes.partitions
    let applied = try CountCheck.applied(run, feed)
    var expected: Set<[UInt8]> = []
    for record in feed.published where applied.contains(record.id) {
      let id = Array(record.id.utf8)
      let from = Placement.lane(of: Array(record.customer.utf8), partitions: partitions)
      let to = Placement.lane(of: ProbeHandler.target(of: id), partitions: partitions)
      if ProbeHandler.hasPing(id), from != to { expected.insert(id) }
    }
    return expected
  }

  /// No two messages of a lane to another have the same number, and they rise.
  private static func judgeNumbers(_ way: Way, _ messages: [Sent], _ run: SimulationRun) {
    for (before, next) in zip(messages, messages.dropFirst())
    where MessageMark(next.message.sender) <= MessageMark(before.message.sender) {
      run.violate(
        "\(next.place)@\(next.offset): lane \(way.from) sent \(next.message.sender) after \(before.message.sender)"
      )
    }
  }

  private static func judgePings(_ run: SimulationRun, _ sent: [Sent], _ expected: Set<[UInt8]>) {
    var pings: [[UInt8]: Int] = [:]
    for message in sent where message.isPing { pings[message.event, default: 0] += 1 }
    for event in expected.union(pings.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let count = pings[event] ?? 0
      if count != (expected.contains(event) ? 1 : 0) {
        run.violate("event \(String(decoding: event, as: UTF8.self)) has \(count) pings in routed")
      }
    }
  }

  /// What came back is what was sent, each once and in the same order.
  private static func judgeAnswers(_ way: Way, _ there: [Sent], _ back: [Sent], _ run: SimulationRun) {
    let pings = there.filter(\.isPing).map(\.event)
    let pongs = back.filter { !$0.isPing }.map(\.event)
    guard pings != pongs else { return }
    let place = zip(pings, pongs).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    run.violate(
      "lane \(way.from) sent lane \(way.to) \(pings.count) pings, \(pongs.count) were applied; they differ from number \(place ?? min(pings.count, pongs.count)) on"
    )
  }

  /// The journals count them, and end with the marks of the last ones.
  private static func judgeJournals(
    _ run: SimulationRun, _ journals: [[JournalRecord]], _ ways: [Way: [Sent]], copies: Int
  ) {
    let applied = journals.joined().reduce(0) { $0 + $1.counts.messages }
    let sent = ways.values.reduce(0) { $0 + $1.count }
    let duplicates = journals.joined().reduce(0) { $0 + $1.counts.duplicates }
    if duplicates < copies {
      run.violate("\(duplicates) duplicates were counted, \(copies) messages were copied")
    }
    if applied != sent { run.violate("\(applied) messages were applied, \(sent) were sent") }
    for lane in LaneNumber.all(of: journals.count) {
      let journal = journals[lane.index]
      for from in LaneNumber.all(of: run.settings.lanes.partitions) {
        let last = ways[Way(from: from, to: lane)]?.last.map { MessageMark($0.message.sender) }
        if journal.last?.received[from] != last {
          run.violate(
            "lane \(lane): the journal ends with \(journal.last?.received[from].map { "\($0)" } ?? "no mark") for lane \(from), the last message is \(last.map { "\($0)" } ?? "none")"
          )
        }
      }
    }
  }
}

extension SimulatedLog.CommittedRecord {
  /// Whether a record of `routed` is a message of a lane.
  var isMessage: Bool { HeaderBlock(bytes: headers ?? []).text(LaneMessage.header) != nil }
}
