internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import WireFormat

/// Which lanes a worker owns, which topics it reads, and how far each lane has come: synchronous, driven by
/// an actor in production and by one thread in the simulation. What has to be done about it comes back as
/// actions.
///
/// Each lane goes through
///
///                  assigned               restored
///     unowned ──────────────▶ restoring ──────────────▶ running
///        ▲                     ▲  │  ▲                   │  │
///        │                     │  │  └─rewound, assigned─┘  │
///        └─────── released ────┼──┴───────────┬─────────────┘
///                              └── rewound, assigned: again
final class WorkerMachine {
  /// How long a lane may go without a journal record; far less than any sensible retention of the journal.
  static let journalInterval: EventTime.Span = .hours(12)

  /// What a lane does.
  enum LaneState: Hashable, CaseIterable { case unowned, restoring, running }

  /// What happens to a lane.
  enum LaneInput: Hashable, CaseIterable { case assigned, restored, rewound, released }

  /// Where a lane goes; `nil` for what cannot happen to it.
  static func next(_ state: LaneState, _ input: LaneInput) -> LaneState? {
    switch (state, input) {
    // Also one that was never taken away: the log had no time to say so.
    case (_, .assigned): .restoring
    // Again, where a request failed for one of the lanes after it.
    case (.restoring, .restored), (.running, .restored): .running
    case (.restoring, .rewound), (.running, .rewound): .restoring
    // Also one that nobody owns: a log may take away everything that it knows of.
    case (_, .released): .unowned
    // Its actor would go on without an owner.
    case (.unowned, .restored), (.unowned, .rewound): nil
    }
  }

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
    /// When the lane last wrote a journal record; `nil` if it never did. Its first batch is written even if
    /// it is empty, as from then on the group has offsets for the lane, and offsets without a journal are
    /// refused. For the same reason an idle lane writes one now and then: retention may not take the newest
    /// away.
    var journalledAt: EventTime?
    /// Whether changed values wait for being written to `state`. An idle lane writes them once they are old
    /// enough: what was erased shall not stand there until the next event comes.
    var hasWaiting = false
    /// Whether some of them were old enough for the newest batch already, and did not fit.
    var isBehind = false
    /// Positions that are known to be committed.
    var committed: [TopicPartition: NextOffset] = [:]
    /// Input that retention removed in front of the positions, until a batch has taken it into the journal.
    var lost: [String: Range<Int64>] = [:]
    /// By input topic, up to when it has been read.
    var marks: [String: ReadMark] = [:]
  }

  let settings: ProcessorSettings
  var lanes: [LaneNumber: OwnedLane] = [:]
  /// Raised with every change of ownership: work of an older assignment does nothing.
  var generation = 0
  /// Input topics that are not read at the moment. Their streams are not idle: what waits in them may be
  /// older than any timer, and nobody knows whether something waits.
  var pausedTopics: Set<String> = []
  /// Whether the log handed over records from before a lane's position: input and state have to go back
  /// together.
  var mustRewind = false
  var breaker: PoisonBreaker

  init(settings: ProcessorSettings) {
    self.settings = settings
    breaker = PoisonBreaker(settings.breaker)
  }

  /// Positions of the lanes that are known to be committed.
  var committedPositions: [TopicPartition: NextOffset] {
    lanes.values.reduce(into: [:]) { all, lane in all.merge(lane.committed) { first, _ in first } }
  }

  /// Bytes that one lane's sessions in memory may take.
  var memoryShare: Int { settings.maxResidentBytes / max(lanes.count, 1) }

  /// Notes what a lane's batch left behind. `settled` is the time up to which timers may be advanced: a batch
  /// may have been taken by a clock that is ahead of it.
  func note(_ lane: LaneNumber, _ output: LaneOutput, settled: EventTime = .latest) {
    lanes[lane]?.nextTimers = output.nextTimers
    for stream in JourneyModel.Stream.allCases {
      if let time = output.ownInput[stream] { lanes[lane]?.idleSince[stream] = min(time, settled) }
    }
    lanes[lane]?.sessions = output.sessionCount
    lanes[lane]?.hasWaiting = output.journal.leavesWaiting
    lanes[lane]?.isBehind = output.isBehind
  }

  /// Notes the positions of a confirmed commit. Those of lanes that have been given back since do nothing.
  func commit(_ positions: [TopicPartition: NextOffset]) {
    for (source, position) in positions {
      guard let lane = lanes[source.lane], let known = lane.committed[source], known < position else {
        continue
      }
      precondition(
        lane.state != .running || lane.positions[source].map { position <= $0 } ?? false,
        "\(source) is committed up to \(position), and not taken so far")
      lanes[source.lane]?.committed[source] = position
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
        let source = TopicPartition(topic, lane: number)
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

  /// Sessions held by all lanes.
  var sessionCount: Int { lanes.values.reduce(0) { $0 + $1.sessions } }
}
