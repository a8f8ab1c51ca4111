internal import Bytes
internal import JourneyModel
internal import Synchronization
internal import Threads

/// Works on one question at a time, keeps the others in order, and the answers for a while.
final class JobBoard: Sendable {
  /// Why work was ended before its time.
  enum Interruption: Error, Hashable {
    case cancelled
    case timeLimit
  }

  private struct Table {
    var jobs: [String: Job] = [:]
    /// Ids of those that wait, in order.
    var queue: [String] = []
    var running: String?
    var isStopped = false
  }

  private let limits: JobLimits
  private let table = Mutex(Table())

  init(_ limits: JobLimits) { self.limits = limits }

  /// Takes a question, or finds the one that asks the same.
  ///
  /// - Returns: `nil` if too many wait.
  func submit(_ subject: JobSubject, key: String?, at created: EventTime, work: @escaping Job.Work) -> Job? {
    let job = Job(id: JobBoard.makeID(), subject: subject, created: created, key: key, work: work)
    let (taken, isNew) = table.withLock { table -> (Job?, Bool) in
      forget(&table)
      if let key, var known = table.jobs.values.first(where: { $0.key == key && $0.isUsable }) {
        known.waiting += 1
        table.jobs[known.id] = known
        return (known, false)
      }
      guard !table.isStopped, table.queue.count < limits.maxQueued else { return (nil, false) }
      table.jobs[job.id] = job
      table.queue.append(job.id)
      return (job, true)
    }
    if isNew { advance() }
    return taken
  }

  /// A job, and how many are worked on before it; `nil` if there is none, or none any more.
  func job(_ id: String) -> (job: Job, before: Int)? {
    table.withLock { table in
      forget(&table)
      guard let job = table.jobs[id] else { return nil }
      guard let place = table.queue.firstIndex(of: id) else { return (job, 0) }
      return (job, place + (table.running == nil ? 0 : 1))
    }
  }

  /// Somebody waits no longer. The last one takes the question back; an answer that is there stays.
  func leave(_ id: String) {
    table.withLock { table in
      guard var job = table.jobs[id], !job.state.isOver else { return }
      job.waiting -= 1
      if job.waiting <= 0 {
        // Work under way notices at its next checkpoint.
        job.end(.cancelled)
        table.queue.removeAll { $0 == id }
      }
      table.jobs[id] = job
    }
  }

  /// Takes no more questions and ends the one under way.
  func stop() {
    table.withLock { table in
      table.isStopped = true
      for id in table.jobs.keys where table.jobs[id]?.state.isOver == false {
        table.jobs[id]?.end(.cancelled)
      }
      table.queue = []
    }
  }

  // MARK: Working

  private func advance() {
    let job = table.withLock { table -> Job? in
      guard table.running == nil, !table.queue.isEmpty else { return nil }
      let id = table.queue.removeFirst()
      table.jobs[id]?.state = .running
      table.running = id
      return table.jobs[id]
    }
    guard let job else { return }
    Task {
      let state = await run(job)
      table.withLock { table in
        table.running = nil
        // What nobody waits for any more is over already.
        if table.jobs[job.id]?.state.isOver == false { table.jobs[job.id]?.end(state) }
        forget(&table)
      }
      advance()
    }
  }

  private func run(_ job: Job) async -> Job.State {
    let deadline = ContinuousClock.now + limits.timeLimit
    do {
      let answer = try await onOwnThread { [self] in
        try job.work {
          guard isWanted(job.id) else { throw Interruption.cancelled }
          guard ContinuousClock.now < deadline else { throw Interruption.timeLimit }
        }
      }
      return .done(answer)
    } catch Interruption.cancelled {
      return .cancelled
    } catch Interruption.timeLimit {
      let seconds = limits.timeLimit.components.seconds
      return .failed(
        InquiryFailure(
          "timeLimit", "it took longer than \(seconds) s; the commands explain and whatif have no such limit")
      )
    } catch let failure as InquiryFailure {
      return .failed(failure)
    } catch {
      return .failed(InquiryFailure("unreadable", "the log cannot be read: \(error)"))
    }
  }

  private func isWanted(_ id: String) -> Bool { table.withLock { $0.jobs[id]?.state.isOver == false } }

  /// Forgets answers that are too old, or too many.
  private func forget(_ table: inout Table) {
    let now = ContinuousClock.now
    table.jobs = table.jobs.filter { now - ($0.value.ended ?? now) < limits.keptFor }
    var over = table.jobs.values.filter { $0.ended != nil }.sorted { ($0.ended ?? now) < ($1.ended ?? now) }
    var bytes = over.reduce(0) { $0 + $1.bytes }
    while over.count > limits.maxKept || bytes > limits.maxKeptBytes, let oldest = over.first {
      over.removeFirst()
      bytes -= oldest.bytes
      table.jobs[oldest.id] = nil
    }
  }

  private static func makeID() -> String {
    var digits: [UInt8] = []
    for _ in 0..<16 { Hex.append(UInt8.random(in: .min ... .max), to: &digits) }
    return String(decoding: digits, as: UTF8.self)
  }
}

extension Job {
  /// Whether whoever asks the same may have this one.
  fileprivate var isUsable: Bool {
    switch state {
    case .queued, .running, .done: true
    case .failed, .cancelled: false
    }
  }

  fileprivate var bytes: Int { if case .done(let answer) = state { answer.count } else { 0 } }

  fileprivate mutating func end(_ state: State) {
    self.state = state
    ended = ContinuousClock.now
  }
}
