internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import ProcessRuntime
internal import WireFormat

/// Which batch comes next for each lane.
extension WorkerMachine {
  /// Sorts fetched chunks to their lanes, drops what is not owned or was read before, and adds ticks for
  /// streams that have nothing to read.
  ///
  /// - Parameters:
  ///   - atEnd: partitions that are read to their end.
  ///   - reading: where reading goes on, behind the chunks.
  ///   - ends: where partitions end, as far as is known.
  ///   - settled: the time up to which timers may be advanced; `now` if nothing is said.
  ///   - writing: a lane that has something to write, whether it has input or not.
  func plan(
    _ chunks: [RecordChunk], atEnd: Set<TopicPartition>, reading: [TopicPartition: NextOffset] = [:],
    ends: [TopicPartition: NextOffset] = [:], now: EventTime, settled: EventTime? = nil,
    definitions: CompiledBundle? = nil, models: ModelSet = .empty, writing: LaneNumber? = nil
  ) -> [LaneWork] {
    let settled = settled ?? now
    var byLane: [LaneNumber: [RecordChunk]] = [:]
    for chunk in chunks { byLane[chunk.source.lane, default: []].append(chunk) }
    var work: [LaneWork] = []
    let share = memoryShare
    for number in lanes.keys.sorted() {
      guard var lane = lanes[number], lane.state == .running else { continue }
      let before = Dictionary(uniqueKeysWithValues: lane.positions.map { ($0.key.topic, $0.value.value) })
      var accepted: [RecordChunk] = []
      var hasRecords = false
      for chunk in byLane[number] ?? [] {
        let position = lane.positions[chunk.source] ?? NextOffset(0)
        guard chunk.next > position else { continue }
        if let first = chunk.entries.first, first.offset.value < position.value {
          // The log went back without being asked to. Taking only the rest would trust it where it has just
          // been wrong.
          mustRewind = true
          return []
        }
        lane.positions[chunk.source] = chunk.next
        accepted.append(chunk)
        if !chunk.entries.isEmpty { hasRecords = true }
      }
      noteReading(number, &lane, atEnd: atEnd, reading: reading, ends: ends, now: settled)
      // Other definitions are applied at once, by a lane without input too: a timeout among them may be due.
      let isSwitched = definitions?.hash != lane.definitions
      let isJournalDue = lane.journalledAt.map { now >= $0 + WorkerMachine.journalInterval } ?? true
      let mustJournal =
        isSwitched || !lane.lost.isEmpty || isJournalDue || isStateDue(lane, now) || number == writing
      let tick = dueTicks(lane)
      if hasRecords || mustJournal || !tick.isEmpty {
        work.append(
          LaneWork(
            lane: number, takenAt: now, chunks: accepted, positions: before, lost: lane.lost, tick: tick,
            definitions: definitions, models: models, memoryShare: share))
        lane.lost = [:]
      }
      if work.last?.lane == number {
        (lane.journalledAt, lane.isBehind) = (now, false)
        lane.definitions = definitions?.hash
      }
      if work.last?.lane == number {
        lanes[number] = lane
      } else {
        // Positions that moved over markers alone need no batch: they go along with the next one.
        lanes[number]?.marks = lane.marks
      }
    }
    return work
  }

  /// Whether values have waited long enough for being written to `state`, and no batch has come that would
  /// have taken them along.
  private func isStateDue(_ lane: OwnedLane, _ now: EventTime) -> Bool {
    guard lane.hasWaiting, let journalledAt = lane.journalledAt else { return false }
    return lane.isBehind || now >= journalledAt + settings.lanes.checkpointAge
  }

  /// Notes up to when the topics of streams that have timers have been read, and `routed`.
  private func noteReading(
    _ number: LaneNumber, _ lane: inout OwnedLane, atEnd: Set<TopicPartition>,
    reading: [TopicPartition: NextOffset], ends: [TopicPartition: NextOffset], now: EventTime
  ) {
    guard !lane.nextTimers.isEmpty else { return }
    let topics = settings.lanes.topics
    for topic in topics.consumed {
      if let stream = topics.stream(of: topic), lane.nextTimers[stream] == nil { continue }
      let source = TopicPartition(topic, lane: number)
      lane.marks[topic, default: ReadMark()].note(
        isAtEnd: atEnd.contains(source), position: reading[source], end: ends[source], now: now)
    }
  }

  /// The streams of whom no event has come for `topicIdle`, and that have a timer that is due by then.
  ///
  /// Whose events are among the chunks at hand is known once they are decoded: `Lane` leaves those out.
  private func dueTicks(_ lane: OwnedLane) -> StreamTimes {
    var due = StreamTimes()
    let topics = settings.lanes.topics
    guard !lane.nextTimers.isEmpty, !pausedTopics.contains(topics.routed),
      let routed = lane.marks[topics.routed]?.readTo
    else { return due }
    let idle = EventTime.Span(milliseconds: settings.topicIdle.milliseconds)
    for stream in JourneyModel.Stream.allCases {
      guard let timer = lane.nextTimers[stream], let topic = topics.inputs[stream],
        !pausedTopics.contains(topic), let own = lane.marks[topic]?.readTo
      else { continue }
      let tick = min(own, routed) - idle
      guard timer <= tick, let idleSince = lane.idleSince[stream], idleSince <= tick else { continue }
      due[stream] = tick
    }
    return due
  }
}
