package import EventLog
package import JourneyModel
package import Predictions
package import ProcessRuntime

/// What a worker does about training at each of its turns: as long as it owns lane 0 it has a thread look
/// what is new, and what that comes to is written with a batch of the lane.
///
///     idle ──looks──▶ looking ──a run──▶ finished ──with a batch of lane 0──▶ written
///      ▲                 │                                                       │
///      └─────nothing─────┴──────────────────────committed────────────────────────┘
///
/// Whatever ends the ownership of the lane, or takes the lane back, leads to `idle` at once: what was trained
/// under it is dropped, and what was written and has not committed is none of its own.
package struct TrainingTurn {
  /// The lane whose owner trains: there is one of it.
  package static let lane: LaneNumber = 0

  private enum State {
    case idle
    case looking(PendingTraining)
    case finished(FinishedTraining)
    case written
  }

  private let settings: LearningSettings
  private let log: any EventLog
  private let runtime: any WorkerRuntime
  /// Made when something is to be learned for the first time.
  private var thread: TrainingThread?
  private var state = State.idle
  /// The worker's generation that the state is of.
  private var generation: Int?
  private var lookedAt: EventTime?

  package init(_ settings: LearningSettings, log: any EventLog, runtime: any WorkerRuntime) {
    self.settings = settings
    self.log = log
    self.runtime = runtime
  }

  /// Whether a run waits for a batch of the lane.
  package var hasFinished: Bool { if case .finished = state { true } else { false } }

  /// A turn with the lane at work.
  ///
  /// - Returns: what a look has come to, once.
  package mutating func turn(
    _ generation: Int, at now: EventTime, _ outcomes: [PredictedOutcome]
  ) -> TrainingAnswer? {
    var news: TrainingAnswer?
    if generation != self.generation, drop() { news = TrainingAnswer(hasLostRun: true) }
    self.generation = generation
    if case .looking(let pending) = state, let answer = pending.answer {
      state = answer.finished.map { .finished($0) } ?? .idle
      news = answer
    }
    if case .idle = state, isTimeToLook(now) { look(generation, now, outcomes) }
    return news
  }

  private func isTimeToLook(_ now: EventTime) -> Bool {
    guard let lookedAt else { return true }
    // A clock that has gone back holds nothing up.
    return !(0..<settings.pace.pause.milliseconds).contains(now.milliseconds - lookedAt.milliseconds)
  }

  private mutating func look(_ generation: Int, _ now: EventTime, _ outcomes: [PredictedOutcome]) {
    lookedAt = now
    let thread = thread ?? TrainingThread(settings, log: log, runtime: runtime)
    self.thread = thread
    let pending = PendingTraining()
    state = .looking(pending)
    Task(executorPreference: runtime.taskExecutor) {
      pending.put(await thread.look(generation, at: now, outcomes))
    }
  }

  /// Hands over a run that is to be written with a batch of these lanes, if the lane is among them and has
  /// not been taken away since.
  package mutating func take(with lanes: [LaneNumber], _ generation: Int) -> FinishedTraining? {
    guard generation == self.generation, lanes.contains(TrainingTurn.lane), case .finished(let run) = state
    else { return nil }
    state = .written
    return run
  }

  /// What was taken has committed.
  package mutating func committed() {
    guard case .written = state else { return }
    state = .idle
    lookedAt = nil
  }

  /// The lane is not at work any more, or nothing is predicted.
  ///
  /// - Returns: whether a run was under way that is not known to be committed.
  @discardableResult
  package mutating func drop() -> Bool {
    defer {
      state = .idle
      generation = nil
      lookedAt = nil
    }
    switch state {
    case .idle, .looking: return false
    case .finished, .written: return true
    }
  }

  /// Nothing more is to be trained. A run that goes on meanwhile is waited for by nobody.
  package mutating func close() {
    drop()
    guard let thread else { return }
    self.thread = nil
    Task(executorPreference: runtime.taskExecutor) { await thread.close() }
  }
}
