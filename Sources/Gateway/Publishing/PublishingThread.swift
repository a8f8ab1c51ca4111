package import EventLog
internal import Foundation
internal import Synchronization

/// Sends what requests submit, on a thread of its own: the log's calls block.
///
/// Unchecked, because the queue is guarded by its condition.
package final class PublishingThread: @unchecked Sendable {
  private let condition = NSCondition()
  private var queue: PublishQueue
  private var isStopped = false
  private let makePublisher: @Sendable () throws -> any Publisher
  private let facts: GatewayMonitor
  private let pause: Duration
  private let began = ContinuousClock.now
  /// Until when no dead letters are written; the thread's own.
  private var refusedRest: Duration = .zero

  /// Starts the thread. It asks for its publisher when there is something to send, and for a new one after a
  /// failure that leaves the old one of no use.
  package init(
    limits: PublishLimits, facts: GatewayMonitor,
    makePublisher: @escaping @Sendable () throws -> any Publisher
  ) {
    queue = PublishQueue(limits)
    pause = limits.refusedPause
    self.facts = facts
    self.makePublisher = makePublisher
    let thread = Thread { [self] in work() }
    thread.name = "publisher"
    thread.start()
  }

  /// Whether the log counts as away.
  package var isAway: Bool {
    condition.lock()
    defer { condition.unlock() }
    return queue.isAway
  }

  /// Hands records over.
  ///
  /// - Returns: `false` if they are not taken, since the log does not answer or the process stops; `done` is
  ///   then not called.
  package func submit(_ submission: Submission) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    guard queue.offer(submission, now: ContinuousClock.now - began) else { return false }
    condition.signal()
    return true
  }

  /// Takes nothing more, sends what waits, and ends the thread.
  package func stop() {
    condition.lock()
    isStopped = true
    queue.stop()
    condition.signal()
    condition.unlock()
  }

  private func work() {
    var publisher: (any Publisher)?
    while let batch = next() {
      let start = ContinuousClock.now
      do {
        let open = try publisher ?? makePublisher()
        publisher = open
        let isUsable = try send(batch, open)
        if batch.contains(where: { !$0.batch.isEmpty }) { note(nil) }
        if !isUsable {
          open.close()
          publisher = nil
        }
      } catch let error as LogError {
        note(error)
        if error.reaction == .fatal {
          publisher?.close()
          publisher = nil
        }
      } catch {
        // The port throws nothing else.
        for submission in batch {
          submission.done(.failed(LogError(.fatal, code: "publish", "\(error)")))
        }
      }
      facts.noteSend(
        records: batch.reduce(0) { $0 + $1.batch.entries.count }, after: ContinuousClock.now - start)
    }
    publisher?.close()
  }

  /// Sends submissions together. If one of them is what the log does not take, or has no room for, each is
  /// tried alone, so that it fails for none but its own.
  ///
  /// - Returns: whether the publisher is still of use.
  private func send(_ batch: [Submission], _ publisher: any Publisher) throws -> Bool {
    do {
      let records = joined(batch.map(\.batch))
      let ends = records.isEmpty ? [:] : try publisher.send(records)
      return settle(batch.map { ($0, $0.token(ends)) }, publisher)
    } catch let error as LogError where PublishingThread.isAnswer(error) && batch.count > 1 {
      var durable: [(Submission, ReadToken)] = []
      for submission in batch {
        do {
          let ends = submission.batch.isEmpty ? [:] : try publisher.send(submission.batch)
          durable.append((submission, submission.token(ends)))
        } catch let error as LogError {
          submission.done(.failed(error))
        }
      }
      return settle(durable, publisher)
    } catch let error as LogError {
      for submission in batch { submission.done(.failed(error)) }
      if !PublishingThread.isAnswer(error) { throw error }
      return true
    }
  }

  /// Whether the log has said no to these records: then it is not away.
  private static func isAnswer(_ error: LogError) -> Bool {
    error.code == LogError.recordTooLarge || error.code == LogError.logFull
  }

  /// Answers for records that are durable, and writes the dead letters beside them before it answers for
  /// those.
  ///
  /// Behind the records and in a send of their own: a topic that does not take dead letters then fails no
  /// event that was taken, and a request that has to be sent again has left none. What is lost if the process
  /// dies between the two comes again with the request, which nobody has answered.
  private func settle(
    _ durable: [(submission: Submission, token: ReadToken)], _ publisher: any Publisher
  ) -> Bool {
    for (submission, token) in durable where submission.refused.isEmpty {
      submission.done(.durable(areRefusedKept: true, token: token))
    }
    let others = durable.filter { !$0.submission.refused.isEmpty }
    guard !others.isEmpty else { return true }
    var (areKept, isUsable) = (false, true)
    if ContinuousClock.now - began >= refusedRest {
      do {
        try publisher.send(joined(others.map(\.submission.refused)))
        areKept = true
      } catch {
        // It says nothing about the input topics, so the log does not count as away.
        refusedRest = ContinuousClock.now - began + pause
        if let error = error as? LogError, error.code != LogError.recordTooLarge {
          isUsable = error.reaction != .fatal
        }
      }
    }
    for (submission, token) in others {
      submission.done(.durable(areRefusedKept: areKept, token: token))
    }
    return isUsable
  }

  private func joined(_ batches: [OutputBatch]) -> OutputBatch {
    guard batches.count > 1 else { return batches.first ?? OutputBatch() }
    return batches.reduce(into: OutputBatch()) { $0.append(contentsOf: $1) }
  }

  /// Waits for something to send; `nil` once the thread may end.
  private func next() -> [Submission]? {
    condition.lock()
    defer { condition.unlock() }
    while queue.isEmpty, !isStopped { condition.wait() }
    let batch = queue.take()
    return batch.isEmpty ? nil : batch
  }

  private func note(_ error: LogError?) {
    condition.lock()
    if error == nil { queue.noteSent() } else { queue.noteFailed(now: ContinuousClock.now - began) }
    // Whatever waits behind a log that is away would wait for its deadline.
    let given = queue.isAway ? queue.takeAll() : []
    let isAway = queue.isAway
    condition.unlock()
    facts.noteLog(isAway: isAway, failed: error != nil)
    guard let error else { return }
    for submission in given { submission.done(.failed(error)) }
  }
}
