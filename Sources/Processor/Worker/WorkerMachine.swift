internal import EventLog
internal import JourneyModel
internal import JourneyRules

/// Which lanes a worker owns and what it does next: synchronous, driven by an actor in production and by one thread in
/// the simulation.
///
/// Each lane goes through
///
///     assigned ──▶ restoring ──▶ running ──▶ releasing
///                      ▲            │
///                      └── abort ───┘
final class WorkerMachine {
  /// How long a lane may go without a journal record; far less than any sensible retention of the journal.
  static let journalInterval: EventTime.Span = .hours(12)

  enum LaneState: Equatable { case restoring, running, releasing }

  /// What is known of an owned lane without asking its actor.
  struct OwnedLane {
    var state: LaneState
    var positions: [TopicPartition: NextOffset]
    /// Since when each stream has had no event.
    var idleSince: StreamTimes
    var nextTimers: StreamTimes
    /// The definitions of its newest batch; `nil` for none, or not known yet.
    var definitions: DefinitionHash?
    var sessions: Int
    /// When the lane last wrote a journal record; `nil` if it never did. Its first batch is written even if it is empty,
    /// as from then on the group has offsets for the lane, and offsets without a journal are refused. For the same
    /// reason an idle lane writes one now and then: retention may not take the newest away.
    var journalledAt: EventTime?
    /// Positions that are known to be committed.
    var committed: [TopicPartition: NextOffset] = [:]
    /// Input that retention removed in front of the positions, until a batch has taken it into the journal.
    var lost: [String: Range<Int64>] = [:]
    /// By input topic, up to when it has been read.
    var marks: [String: ReadMark] = [:]
  }

  private let settings: ProcessorSettings
  private(set) var lanes: [Int32: OwnedLane] = [:]
  /// Raised with every change of ownership: work of an older assignment does nothing.
  private(set) var generation = 0

  init(settings: ProcessorSettings) { self.settings = settings }

  /// Lanes whose every input is among the partitions.
  func lanes(in partitions: [TopicPartition]) -> [Int32] {
    Set(partitions.map(\.partition)).sorted()
  }

  /// Input topics that are not read at the moment. Their streams are not idle: what waits in them may be older than any
  /// timer, and nobody knows whether something waits.
  private(set) var pausedTopics: Set<String> = []

  /// Why an input is not read, for whoever watches.
  static let pauseReason = "most of its records were broken; see the rejected records"

  /// Notes that a topic is not read any more.
  func pause(_ topic: String) { pausedTopics.insert(topic) }

  /// Notes that a topic is read again. From now on its stream has to sit at the end of its input anew before it counts
  /// as idle: where the topic ends is known only when it has been read.
  func resume(_ topic: String, now: EventTime) {
    guard pausedTopics.remove(topic) != nil else { return }
    let streams = settings.lanes.topics.stream(of: topic).map { [$0] } ?? JourneyModel.Stream.allCases
    for number in lanes.keys {
      lanes[number]?.marks[topic] = nil
      for stream in streams { lanes[number]?.idleSince[stream] = now }
    }
  }

  /// The owned partitions that are not to be read.
  var pausedPartitions: [TopicPartition] {
    pausedTopics.flatMap(partitions).sorted()
  }

  /// A topic's partitions that are owned.
  func partitions(of topic: String) -> [TopicPartition] {
    lanes.keys.map { TopicPartition(topic, $0) }.sorted()
  }

  /// Whether the log handed over records from before a lane's position: input and state have to go back together.
  private(set) var mustRewind = false

  /// Notes lanes that have been assigned.
  func assign(_ numbers: [Int32]) {
    generation += 1
    for number in numbers {
      lanes[number] = OwnedLane(
        state: .restoring, positions: [:], idleSince: StreamTimes(), nextTimers: StreamTimes(), sessions: 0,
        journalledAt: nil)
    }
  }

  /// Puts a restored lane to work.
  func start(
    _ lane: Int32, positions: [TopicPartition: NextOffset], lost: [String: Range<Int64>] = [:],
    nextTimers: StreamTimes, sessions: Int,
    journalledAt: EventTime?, now: EventTime
  ) {
    guard lanes[lane] != nil else { return }
    lanes[lane] = OwnedLane(
      state: .running, positions: positions, idleSince: StreamTimes(every: now), nextTimers: nextTimers,
      sessions: sessions, journalledAt: journalledAt, committed: positions, lost: lost)
  }

  /// Forgets lanes that are given back or lost.
  func release(_ numbers: [Int32]) {
    generation += 1
    for number in numbers { lanes[number] = nil }
  }

  /// All lanes back to restoring, after an abort.
  func rewind() -> [Int32] {
    generation += 1
    mustRewind = false
    for number in lanes.keys { lanes[number]?.state = .restoring }
    return lanes.keys.sorted()
  }

  /// Sorts fetched chunks to their lanes, drops what is not owned or was read before, and adds ticks for streams that
  /// have nothing to read.
  ///
  /// - Parameters:
  ///   - atEnd: partitions that are read to their end.
  ///   - reading: where reading goes on, behind the chunks.
  ///   - ends: where partitions end, as far as is known.
  ///   - settled: the time up to which timers may be advanced; `now` if nothing is said.
  func plan(
    _ chunks: [RecordChunk], atEnd: Set<TopicPartition>, reading: [TopicPartition: NextOffset] = [:],
    ends: [TopicPartition: NextOffset] = [:], now: EventTime, settled: EventTime? = nil,
    definitions: CompiledBundle? = nil
  ) -> [LaneWork] {
    let settled = settled ?? now
    var byLane: [Int32: [RecordChunk]] = [:]
    for chunk in chunks { byLane[chunk.source.partition, default: []].append(chunk) }
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
          // The log went back without being asked to. Taking only the rest would trust it where it has just been wrong.
          mustRewind = true
          return []
        }
        lane.positions[chunk.source] = chunk.next
        accepted.append(chunk)
        if !chunk.entries.isEmpty { hasRecords = true }
      }
      noteReading(number, &lane, atEnd: atEnd, reading: reading, ends: ends, now: settled)
      // Other definitions are taken up at once, by a lane without input too: a timeout among them may be due.
      let isSwitched = definitions?.hash != lane.definitions
      let isJournalDue = lane.journalledAt.map { now >= $0 + WorkerMachine.journalInterval } ?? true
      let mustJournal = isSwitched || !lane.lost.isEmpty || isJournalDue
      let tick = dueTicks(lane)
      if hasRecords || mustJournal || !tick.isEmpty {
        work.append(
          LaneWork(
            lane: number, takenAt: now, chunks: accepted, positions: before, lost: lane.lost, tick: tick,
            definitions: definitions, memoryShare: share))
        lane.lost = [:]
      }
      if work.last?.lane == number {
        lane.journalledAt = now
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

  /// Notes up to when the topics of streams that have timers have been read, and `routed`.
  private func noteReading(
    _ number: Int32, _ lane: inout OwnedLane, atEnd: Set<TopicPartition>,
    reading: [TopicPartition: NextOffset], ends: [TopicPartition: NextOffset], now: EventTime
  ) {
    guard !lane.nextTimers.isEmpty else { return }
    let topics = settings.lanes.topics
    for topic in topics.consumed {
      if let stream = topics.stream(of: topic), lane.nextTimers[stream] == nil { continue }
      let source = TopicPartition(topic, number)
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

  /// Notes what a lane's batch left behind. `settled` is the time up to which timers may be advanced: a batch may have been taken
  /// by a clock that is ahead of it.
  func note(_ lane: Int32, _ output: LaneOutput, settled: EventTime = .latest) {
    lanes[lane]?.nextTimers = output.nextTimers
    for stream in JourneyModel.Stream.allCases {
      if let time = output.ownInput[stream] { lanes[lane]?.idleSince[stream] = min(time, settled) }
    }
    lanes[lane]?.sessions = output.sessionCount
  }

  /// Notes the positions of a confirmed commit. Those of lanes that have been given back since do nothing.
  func commit(_ positions: [TopicPartition: NextOffset]) {
    for (source, position) in positions {
      guard let known = lanes[source.partition]?.committed[source], known < position else { continue }
      lanes[source.partition]?.committed[source] = position
    }
  }

  /// How far the running lanes have come, given where the log reads on and where it ends.
  func inputs(
    reading: [TopicPartition: NextOffset], ends: [TopicPartition: NextOffset]
  ) -> [InputReport] {
    let topics = settings.lanes.topics.consumed
    var inputs: [InputReport] = []
    for number in lanes.keys.sorted() {
      guard let lane = lanes[number], lane.state == .running else { continue }
      for topic in topics {
        let source = TopicPartition(topic, number)
        guard let taken = lane.positions[source] else { continue }
        var position = lane.committed[source] ?? taken
        // With nothing under way, whatever the log went over since holds no records: markers, aborted ones.
        if position == taken, let next = reading[source], next > position { position = next }
        inputs.append(
          InputReport(
            lane: number, topic: topic, position: position, end: ends[source],
            pause: pausedTopics.contains(topic) ? WorkerMachine.pauseReason : nil))
      }
    }
    return inputs
  }

  /// The positions of all running lanes.
  var positions: [TopicPartition: NextOffset] {
    var all: [TopicPartition: NextOffset] = [:]
    for lane in lanes.values where lane.state == .running {
      all.merge(lane.positions) { first, _ in first }
    }
    return all
  }

  /// Bytes that one lane's sessions in memory may take.
  var memoryShare: Int { settings.maxResidentBytes / max(lanes.count, 1) }

  /// Sessions held by all lanes.
  var sessionCount: Int { lanes.values.reduce(0) { $0 + $1.sessions } }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
