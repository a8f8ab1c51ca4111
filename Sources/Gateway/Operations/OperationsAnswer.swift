internal import EventLog
internal import JourneyModel
internal import Tokens
internal import Views
internal import WireFormat

/// Answers what whoever runs the lanes asks: from the journal and the topics of all lanes, of whatever
/// process they are, without asking one.
struct OperationsAnswer {
  /// How long ago something may be to be among the newest triggers, and to count as of the last hour.
  private static let recent = EventTime.Span(milliseconds: 3_600_000)
  /// Bytes of a dead letter that are shown.
  static let shownBytes = 2_048

  let view: QueryView
  let inquiry: LaneInquiry
  let access: Access?
  let now: EventTime

  // MARK: Lanes

  func lanes() async throws -> [UInt8] {
    let records = try await inquiry.read { try $0.lanes() }
    let ends = view.watch.inputEnds(at: now)
    var answer = JSONObject()
    answer.add("lanes", list: records.map { lane($0, ends) })
    let width = Int64(BatchHistory.intervalSeconds) * 1_000
    let start = (now.milliseconds / width - Int64(BatchHistory.maxIntervals) + 1) * width
    let intervals = view.watch.history.since(start)
    answer.add("history", json: history(intervals, from: start, width))
    answer.add("sources", list: sources(intervals))
    let size = try await inquiry.read { try $0.size() }
    var state = JSONObject()
    state.add("sessions", size.sessions)
    state.add("bytes", size.bytes)
    state.add("unreadable", view.progress.now.unreadable)
    answer.add("view", json: state.closed)
    return answer.closed
  }

  private func lane(_ record: JournalRecord, _ ends: [TopicPartition: NextOffset]) -> [UInt8] {
    var lane = JSONObject()
    lane.add("lane", record.lane.value)
    lane.add("sequence", record.sequence.value)
    lane.add("takenAt", record.takenAt.iso8601)
    lane.add("reducer", record.reducer)
    lane.add("definitions", record.definitions)
    if record.isRecovered { lane.add("recovered", true) }
    var watermarks = JSONObject()
    for (stream, time) in record.highest.sorted(by: { $0.key.name < $1.key.name }) {
      watermarks.add(stream.name, time.iso8601)
    }
    lane.add("watermarks", json: watermarks.closed)
    if let lag = lag(record, ends) { lane.add("lag", lag) }
    return lane.closed
  }

  /// Records that are in the lane's inputs and not in a batch; `nil` where that is not known.
  private func lag(_ record: JournalRecord, _ ends: [TopicPartition: NextOffset]) -> Int64? {
    var lag: Int64 = 0
    for topic in view.inputs {
      guard let end = ends[TopicPartition(topic, lane: record.lane)] else { return nil }
      lag += max(0, end.value - (record.ranges[topic]?.upperBound ?? 0))
    }
    return view.inputs.isEmpty ? nil : lag
  }

  private func history(
    _ intervals: [BatchHistory.Interval], from start: Int64, _ width: Int64
  ) -> [UInt8] {
    let byStart = Dictionary(intervals.map { ($0.start, $0) }) { $1 }
    let all = (0..<BatchHistory.maxIntervals).map { byStart[start + Int64($0) * width] }
    var history = JSONObject()
    history.add("from", EventTime(milliseconds: start).iso8601)
    history.add("seconds", BatchHistory.intervalSeconds)
    func numbers(_ name: String, _ value: (BatchHistory.Interval) -> Int) {
      history.add(name, list: all.map { Array("\($0.map(value) ?? 0)".utf8) })
    }
    numbers("read", \.read)
    numbers("applied", \.applied)
    numbers("duplicates", \.duplicates)
    numbers("rejected", \.rejected)
    numbers("ignored", \.ignored)
    numbers("routed", \.routed)
    return history.closed
  }

  private func sources(_ intervals: [BatchHistory.Interval]) -> [[UInt8]] {
    var counts: [String: Int] = [:]
    for interval in intervals { counts.merge(interval.sources) { $0 + $1 } }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { source, events in
      var entry = JSONObject()
      entry.add("source", source)
      entry.add("events", events)
      return entry.closed
    }
  }

  // MARK: Dead letters and triggers

  func rejections(reason: String?, _ size: PageSize) async throws -> [UInt8] {
    let (counts, letters) = try await inquiry.read { queries in
      (try queries.rejections(), try queries.deadLetters(reason: reason, size))
    }
    var answer = JSONObject()
    answer.add(
      "reasons",
      list: counts.map { count in
        var entry = JSONObject()
        entry.add("reason", count.reason)
        entry.add("count", count.count)
        entry.add("newest", count.newest.iso8601)
        return entry.closed
      })
    let mayRead = access?.allows("sojourn:rejected:view") ?? true
    answer.add("entities", list: letters.map { letter($0, mayRead) })
    return answer.closed
  }

  private func letter(_ letter: DeadLetter, _ mayRead: Bool) -> [UInt8] {
    var entry = JSONObject()
    entry.add("lane", letter.lane.value)
    entry.add("offset", letter.offset)
    entry.add("rejectedDate", letter.written.iso8601)
    entry.add("reason", letter.reason)
    // An explanation cites the value that was wrong.
    if mayRead { entry.add("explanation", letter.explanation) }
    var origin = JSONObject()
    origin.add("topic", letter.topic)
    origin.add("partition", letter.originPartition)
    origin.add("offset", letter.originOffset)
    entry.add("origin", json: origin.closed)
    entry.add("bytes", letter.bytes)
    if mayRead {
      let shown = letter.head.prefix(OperationsAnswer.shownBytes)
      entry.add("value", String(decoding: shown, as: UTF8.self))
      entry.add("shownBytes", shown.count)
    }
    return entry.closed
  }

  func triggers(_ size: PageSize) async throws -> [UInt8] {
    let redaction = Redaction(ViewPermissions(of: access))
    let since = EventTime(milliseconds: now.milliseconds - OperationsAnswer.recent.milliseconds)
    var answer = JSONObject()
    let triggers = try await inquiry.ask(TriggersQuestion(since: since, size))
    answer.add("entities", list: triggers.map(\.event).compactMap(redaction.event))
    return answer.closed
  }

  // MARK: Definitions

  /// What a token has to grant for definitions of a kind.
  static func permission(_ kind: String) -> String {
    switch kind {
    case "segment": "journey:segment:view"
    case "outcome", "predictor": "journey:outcome:view"
    case "sessionType": "journey:sessionType:view"
    case "eventType": "journey:eventType:view"
    default: "journey:actionmap:view"
    }
  }

  func definitions() async throws -> [UInt8] {
    let since = EventTime(milliseconds: now.milliseconds - OperationsAnswer.recent.milliseconds)
    var answer = JSONObject()
    guard var listing = try await inquiry.read({ try $0.definitions() }) else {
      answer.add("entities", list: [])
      return answer.closed
    }
    listing.note(try await inquiry.ask(MatchesQuestion(since: since)))
    answer.add("bundle", listing.bundle)
    answer.add("revision", listing.revision)
    answer.add("appliedDate", listing.appliedAt.iso8601)
    answer.add(
      "entities",
      list: listing.entities.compactMap { entity in
        guard access?.allows(OperationsAnswer.permission(entity.kind)) ?? true else { return nil }
        var matches = JSONObject()
        matches.add("lastHour", entity.matches)
        matches.add("newest", entity.matchedAt?.iso8601)
        // Into the definition's own object, which has at least a kind and an id.
        return Array("{\"matches\":".utf8) + matches.closed + Array(",".utf8) + entity.json.dropFirst()
      })
    return answer.closed
  }
}
