package import EventLog
package import JourneyModel
package import Predictions
package import ProcessRuntime
internal import Synchronization

/// Trains on a thread of its own, so that lanes go on meanwhile: one run at a time.
package actor TrainingThread {
  private nonisolated let executor: any WorkerExecutor
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let settings: LearningSettings
  private let log: any EventLog
  private let runtime: any WorkerRuntime
  private var desk: TrainingDesk?
  /// The ownership of lane 0 that the desk is for.
  private var ownership: Int?
  private var told: LearningReport?

  package init(_ settings: LearningSettings, log: any EventLog, runtime: any WorkerRuntime) {
    self.settings = settings
    self.log = log
    self.runtime = runtime
    executor = runtime.makeExecutor("training")
  }

  /// Looks what is new, and trains if that is enough.
  ///
  /// - Parameters:
  ///   - ownership: tells one ownership of lane 0 from the next: nothing of the one before is known for sure.
  ///   - time: see `TrainingDesk.look`.
  package func look(_ ownership: Int, at time: EventTime, _ outcomes: [PredictedOutcome]) -> TrainingAnswer {
    var answer = TrainingAnswer()
    do {
      if ownership != self.ownership { closeDesk() }
      let desk = try desk ?? TrainingDesk(settings, log: log)
      self.desk = desk
      self.ownership = ownership
      let started = runtime.uptime
      if let (run, records) = try desk.look(at: time, outcomes) {
        answer.finished = FinishedTraining(
          report: TrainingReport(record: run.record, elapsed: runtime.uptime - started), records: records)
      }
      let report = LearningReport(examples: desk.exampleCount, newest: desk.newestRun)
      if report != told { answer.report = report }
      told = report
    } catch let error as LogError {
      answer.failure = error
    } catch {
      answer.failure = LogError(.retry, code: "trainingFailed", "\(error)")
    }
    return answer
  }

  private func closeDesk() {
    desk?.close()
    desk = nil
    told = nil
  }

  /// Ends the thread.
  package func close() {
    closeDesk()
    executor.stop()
  }
}

/// What a look has come to.
package struct TrainingAnswer: Sendable {
  /// A run, if there was one.
  package var finished: FinishedTraining?
  /// What is known of training, if that is news.
  package var report: LearningReport?
  /// Why nobody could look; it is tried again.
  package var failure: LogError?
  /// Whether a run was dropped because lane 0 was lost, or read back, before it was known to be committed.
  package var hasLostRun = false

  init(hasLostRun: Bool = false) { self.hasLostRun = hasLostRun }
}

/// A run that waits for being written.
package struct FinishedTraining: Sendable {
  package var report: TrainingReport
  /// What is to be written in one transaction of lane 0.
  package var records: OutputBatch
}

/// A run, for whoever watches.
package struct TrainingReport: Sendable, Hashable {
  package var record: TrainingRecord
  /// How long it took.
  package var elapsed: Duration

  package init(record: TrainingRecord, elapsed: Duration) {
    self.record = record
    self.elapsed = elapsed
  }
}

/// What is known of training where lane 0 is owned.
package struct LearningReport: Sendable, Hashable {
  /// Examples that there have ever been.
  package var examples: Int
  /// The newest run that is committed.
  package var newest: TrainingRecord?

  package init(examples: Int, newest: TrainingRecord?) {
    self.examples = examples
    self.newest = newest
  }
}

/// An answer that is on its way; any thread may ask whether it is there.
package final class PendingTraining: Sendable {
  private let value = Mutex<TrainingAnswer?>(nil)

  package init() {}

  package func put(_ answer: TrainingAnswer) { value.withLock { $0 = answer } }

  package var answer: TrainingAnswer? { value.withLock { $0 } }
}
