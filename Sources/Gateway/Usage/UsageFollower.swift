package import EventLog
package import Logging
package import ProcessRuntime
internal import Processor
internal import Synchronization

/// Follows the journals and writes what each source has used. Blocks its thread.
///
/// Once and no more, whatever is sent twice and whoever is killed: the journal says what a *committed* batch
/// has applied, and the numbers are written together with how far the journal was read.
package final class UsageFollower: Sendable {
  package let monitor = UsageMonitor()
  let settings: UsageSettings
  let runtime: any WorkerRuntime
  private let log: any EventLog
  private let logger: Logger
  private let isStopped = Mutex(false)

  package init(
    _ settings: UsageSettings, log: any EventLog, runtime: any WorkerRuntime, logger: Logger
  ) {
    self.settings = settings
    self.log = log
    self.runtime = runtime
    self.logger = logger
  }

  /// Asks to stop; `run` then writes what it has read and returns.
  package func stop() { isStopped.withLock { $0 = true } }

  private var hasStopped: Bool { isStopped.withLock { $0 } }

  /// Runs until it is asked to stop. Throws what only a person can mend.
  package func run() throws(LogError) {
    defer { monitor.note(isFollowing: false) }
    var pause: Duration = .milliseconds(100)
    while !hasStopped {
      do {
        try membership()
        return
      } catch {
        monitor.note(isFollowing: false)
        if error.reaction == .fatal { throw error }
        monitor.noteFailure()
        logger.debug("usage: \(error.message); joining again", metadata: ["code": "\(error.code)"])
        runtime.block(for: pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  private func membership() throws(LogError) {
    do {
      let consumer = try log.makeConsumer(
        ConsumerConfiguration(
          group: settings.followers, instance: settings.instance, topics: [settings.journal]))
      defer { consumer.close() }
      let producer = try log.makeTransactionalProducer(id: "\(settings.followers)-\(settings.instance)")
      defer { producer.close() }
      try retrying { try producer.initialize() }
      let work = UsageWork(
        self, consumer,
        CommitSequence(producer: producer, maxRetries: settings.maxRetries) { [monitor] _ in
          monitor.noteFailure()
        })
      while !hasStopped { try work.turn() }
      // What was committed up to now, by whoever stopped before.
      try work.turn()
      try work.finish()
    } catch let error as LogError { throw error } catch {
      throw LogError(.fatal, code: "unexpected", "\(error)")
    }
  }

  func retrying<Value>(_ request: () throws -> Value) throws -> Value {
    var attempt = 0
    while true {
      do {
        return try request()
      } catch let error as LogError where error.reaction == .retry && attempt < settings.maxRetries {
        attempt += 1
        runtime.block(for: .milliseconds(20 * attempt))
      }
    }
  }

  /// Uses a reader of the log.
  func reading<Value>(_ body: (any PartitionReader) throws -> Value) throws -> Value {
    let reader = try log.makeReader()
    defer { reader.close() }
    return try body(reader)
  }

  func tell(lost partition: TopicPartition, _ count: Int64) {
    monitor.note(lost: count)
    logger.error(
      "usage: \(count) batches of \(partition) were removed before they were read: what they used is counted nowhere"
    )
  }

  func tell(unreadable partition: TopicPartition, at offset: RecordOffset, _ error: any Error) {
    monitor.note(lost: 1)
    logger.error("usage: \(partition) has no journal record at \(offset): \(error)")
  }
}
