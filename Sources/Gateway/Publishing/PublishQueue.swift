internal import DequeModule
package import EventLog

/// The records of one request on their way to the log.
package struct Submission: Sendable {
  /// What became of them.
  package enum Outcome: Sendable {
    /// The log has acknowledged them, and perhaps the refused ones with them. `token`: from where on a reader
    /// has seen them.
    case durable(areRefusedKept: Bool, token: ReadToken)
    /// The log has not; whether they are in it is not known.
    case failed(LogError)
  }

  /// The records.
  package var batch: OutputBatch
  /// Dead letters of the same request, written once the records are durable.
  package var refused = OutputBatch()
  /// Hears once what became of them, on any thread.
  package var done: @Sendable (Outcome) -> Void

  package init(batch: OutputBatch, done: @escaping @Sendable (Outcome) -> Void) {
    self.batch = batch
    self.done = done
  }
}

/// How much one send carries, and when a log counts as away.
package struct PublishLimits: Sendable, Hashable {
  /// Most records of one send; a request with more goes alone.
  package var maxRecords = 1_000
  /// Most bytes of one send; a request with more goes alone.
  package var maxBytes = 4 << 20
  /// After how many failed sends in a row requests are refused at once.
  package var failuresUntilAway = 3
  /// How often the log is tried while it counts as away.
  package var probeInterval: Duration = .seconds(1)
  /// How long no dead letters are written after the log did not take some.
  package var refusedPause: Duration = .seconds(30)

  package init() {}
}

/// What waits for the log, and whether the log answers. A state machine: it neither sends nor looks at a
/// clock.
///
/// No timer makes a batch: while one send is under way, the next one gathers.
struct PublishQueue {
  let limits: PublishLimits
  private var waiting = Deque<Submission>()
  private(set) var failures = 0
  private var isStopping = false
  private var nextProbe: Duration = .zero

  init(_ limits: PublishLimits) { self.limits = limits }

  /// Whether so many sends in a row have failed that the log counts as away.
  var isAway: Bool { failures >= limits.failuresUntilAway }

  var isEmpty: Bool { waiting.isEmpty }

  /// Takes a submission in, or refuses it: the log is away and it is no time to try it, or no more are taken.
  mutating func offer(_ submission: Submission, now: Duration) -> Bool {
    if isStopping { return false }
    if isAway {
      guard now >= nextProbe else { return false }
      nextProbe = now + limits.probeInterval
    }
    waiting.append(submission)
    return true
  }

  /// What goes into the next send: the oldest, as many as fit; empty if nothing waits.
  mutating func take() -> [Submission] {
    var taken: [Submission] = []
    var (records, bytes) = (0, 0)
    while let next = waiting.first {
      records += next.batch.entries.count + next.refused.entries.count
      bytes += next.batch.bytes.count + next.refused.bytes.count
      if !taken.isEmpty, records > limits.maxRecords || bytes > limits.maxBytes { break }
      taken.append(next)
      waiting.removeFirst()
    }
    return taken
  }

  /// Takes everything that waits, to be failed.
  mutating func takeAll() -> [Submission] {
    defer { waiting.removeAll() }
    return Array(waiting)
  }

  mutating func noteSent() { failures = 0 }

  mutating func noteFailed(now: Duration) {
    failures += 1
    nextProbe = now + limits.probeInterval
  }

  /// Takes nothing more in.
  mutating func stop() { isStopping = true }
}

extension OutputBatch {
  /// Adds the records of another batch behind these.
  mutating func append(contentsOf other: OutputBatch) {
    let start = bytes.count
    bytes.append(contentsOf: other.bytes)
    let topics = other.topics.map { topicIndex($0) }
    func moved(_ slice: ByteSlice?) -> ByteSlice? {
      slice.map { ByteSlice(offset: Int($0.offset) + start, length: Int($0.length)) }
    }
    for entry in other.entries {
      append(
        topic: topics[entry.topic], partition: entry.partition, key: moved(entry.key),
        value: moved(entry.value),
        headers: moved(entry.headers))
    }
  }
}
