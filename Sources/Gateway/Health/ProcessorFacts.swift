package import EventLog
package import JourneyModel
internal import LaneStorage
internal import Learning
internal import ProcessRuntime
package import Processor
package import WireFormat

/// What is known of a processor from what it reported: a plain value, of which pages and verdicts are pure
/// functions.
package struct ProcessorFacts: Sendable {
  /// Uptime of the worker's last sign of life; before the first one, of the beginning.
  package private(set) var lastSign: Duration
  /// Whether the worker is a member of its group; `nil` before its first turn.
  package private(set) var isMember: Bool?
  /// Whether it was asked to stop.
  package private(set) var isStopping = false
  /// Whom it waits for, where that is known.
  package private(set) var waiting: String?
  /// The lanes that it owns.
  package private(set) var lanes: [LaneNumber: LaneFacts] = [:]
  /// What became of records since the start, by the lane in which they were; lanes that were given back stay.
  package private(set) var counts: [LaneNumber: BatchCounts] = [:]
  /// Records read and rejected since the start, by the topic that they were read from.
  package private(set) var rejections = RejectionCounts()
  /// Input topics that are known of.
  package private(set) var topics: Set<String> = []
  /// The states of breakers of input topics; those that never opened are missing.
  package private(set) var breakers: [String: BreakerFacts] = [:]
  /// Snapshots that left something out because of their size.
  package private(set) var shortenedSnapshots = 0
  /// What rules gave.
  package private(set) var derived = DerivedCounts()
  /// The definitions in force; `nil` for none.
  package private(set) var definitions: DefinitionsReport?
  /// Definitions that could not be read.
  package private(set) var definitionsIgnored = 0
  /// Sessions that were put into cold stores.
  package private(set) var evicted = 0
  /// Sessions that were loaded from there.
  package private(set) var loaded = 0
  /// Confirmed commits.
  package private(set) var commits = 0
  /// Records written by them.
  package private(set) var recordsWritten = 0
  /// Bytes of keys, values and headers written by them.
  package private(set) var bytesWritten = 0
  /// How long their transactions took.
  package private(set) var transactionTimes = DurationHistogram()
  /// How long it took from their first record to the confirmation.
  package private(set) var batchTimes = DurationHistogram()
  /// Failures after which lanes were dropped and read back.
  package private(set) var rewinds = FaultCounts()
  /// Failures after which the same request was made again.
  package private(set) var retries = FaultCounts()
  /// Lanes that were restored, by where their state came from.
  package private(set) var restores: [RestoreReport.Source: RestoreFacts] = [:]
  /// Input that was removed before it was read.
  package private(set) var lostInput = LostInputFacts()
  /// Jumps of the machine's clock.
  package private(set) var clockJumps = 0
  /// How often what nobody needs any more could not be given up.
  package private(set) var retentionFailures = 0
  /// What an embedded log takes of the disk; `nil` on other logs, or before the first look.
  package private(set) var disk: DiskFacts?
  /// What is learned of outcomes.
  package private(set) var learning = LearningFacts()
  /// What became of lanes' local files.
  package private(set) var laneFiles = LaneFileFacts()

  /// Creates the facts of a processor that is being started.
  package init(at moment: Moment) { lastSign = moment.uptime }

  /// Takes in what the processor reports.
  package mutating func note(_ event: ProcessorEvent, at moment: Moment) {
    switch event {
    case .waiting(let text):
      // Somebody else looks after this one, so it is no sign of the worker.
      waiting = text
      return
    case .restoring(let numbers):
      waiting = nil
      isMember = true
      for number in numbers {
        // After an abort the lane's inputs are what they were: a stall goes on until something is committed.
        lanes[number, default: LaneFacts()].state = .restoring
        lanes[number]?.restored = nil
        // What was in memory is gone; what is then, the next batch says.
        lanes[number]?.residency = nil
      }
    case .restoreProgress(let lane, let read, let total):
      lanes[lane]?.restored = LaneFacts.RestoreProgress(read: Int64(read), total: Int64(total))
    case .restored(let report): restores[report.source, default: RestoreFacts()].note(report.elapsed)
    case .inputLost(let lost): lostInput.note(lost)
    case .clockJumped(let jump):
      // Seen once, and once more when it counts.
      if !jump.isAccepted { clockJumps += 1 }
      // The clock may be read by anybody, so this is no sign of the worker.
      return
    case .retentionFailed:
      retentionFailures += 1
      return
    case .laneFileIgnored(_, let doubt): laneFiles.ignored[doubt.reason, default: 0] += 1
    case .laneFileWritten: laneFiles.written += 1
    case .laneFileFailed: laneFiles.failed += 1
    case .running(let lane, let sessions):
      lanes[lane, default: LaneFacts()].state = .running
      lanes[lane]?.sessions = sessions
    case .released(let numbers):
      for number in numbers { lanes[number] = nil }
      if numbers.contains(TrainingTurn.lane) { learning.noteReleased() }
    case .learning(let report): learning.note(report)
    case .trainingFailed: learning.noteFailure()
    case .trainingLost: break
    case .committed(let report): note(report)
    case .rewound(let error): rewinds.note(error)
    case .retried(let error): retries.note(error)
    case .turned(let report): note(report, at: moment)
    case .definitions(let report): definitions = report
    case .definitionsIgnored: definitionsIgnored += 1
    case .models, .modelsIgnored: break
    case .breakerOpened(let opening):
      topics.insert(opening.topic)
      breakers[opening.topic, default: BreakerFacts()].open(opening, at: moment.uptime)
    case .breakerHalfOpened(let topic), .breakerClosed(let topic): breakers[topic]?.close()
    }
    lastSign = moment.uptime
  }

  /// Notes high watermarks that were asked for outside of the worker.
  package mutating func note(ends: [TopicPartition: NextOffset], at moment: Moment) {
    for (source, end) in ends {
      lanes[source.lane]?.inputs[source.topic]?.note(end: end, at: moment.uptime)
    }
  }

  /// Notes what the log takes of the disk.
  package mutating func note(_ disk: DiskFacts) { self.disk = disk }

  /// Notes that the processor was asked to stop.
  package mutating func noteStopping() { isStopping = true }

  /// How long there was no sign of the worker.
  package func silence(at moment: Moment) -> Duration { moment.uptime - lastSign }

  /// Partitions that lag and did not get on for at least `duration`, in order.
  ///
  /// Nothing has to happen for one to appear here: a worker that hangs inside a call reports nothing any
  /// more.
  package func stalls(at moment: Moment, after duration: Duration) -> [Stall] {
    var stalls: [Stall] = []
    for (number, lane) in lanes.sorted(by: { $0.key < $1.key }) {
      for (topic, input) in lane.inputs.inByteOrder {
        guard let since = input.behindSince, moment.uptime - since >= duration else { continue }
        stalls.append(
          Stall(lane: number, topic: topic, lag: input.lag, since: moment.time(at: since), pause: input.pause)
        )
      }
    }
    return stalls
  }

  private mutating func note(_ report: CommitReport) {
    commits += 1
    recordsWritten += report.records
    bytesWritten += report.bytes
    transactionTimes.note(report.transaction)
    batchTimes.note(report.elapsed)
    rejections.add(report.rejections)
    topics.formUnion(report.rejections.topics.keys)
    shortenedSnapshots += report.shortenedSnapshots
    derived = derived + report.derived
    if let run = report.training { learning.note(run) }
    for lane in report.byLane {
      counts[lane.lane] = (counts[lane.lane] ?? BatchCounts()) + lane.counts
      evicted += lane.residency.evicted
      loaded += lane.residency.loaded
      lanes[lane.lane]?.residency = lane.residency
      lanes[lane.lane]?.sessions = lane.sessions
      lanes[lane.lane]?.nextTimer = lane.nextTimer
      lanes[lane.lane]?.highest = lane.highest
    }
  }

  private mutating func note(_ report: TurnReport, at moment: Moment) {
    isMember = report.isMember
    if report.isMember { waiting = nil }
    for input in report.inputs {
      topics.insert(input.topic)
      lanes[input.lane]?.inputs[input.topic, default: InputFacts()].note(input, at: moment.uptime)
    }
  }
}

extension Dictionary where Key == String {
  /// The elements in the order of their keys' bytes: no locale decides it.
  var inByteOrder: [(key: String, value: Value)] {
    sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { (key: $0.key, value: $0.value) }
  }
}
