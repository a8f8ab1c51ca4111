/// Fits a model of one outcome to a window, and says whether it is good enough: a function of its arguments,
/// to the last bit.
package struct Trainer: Sendable {
  /// The model that a run may replace.
  package struct Current: Sendable {
    package var model: OutcomeModel
    /// `TrainingResult.failures` of the run before.
    package var failures: Int

    package init(model: OutcomeModel, failures: Int = 0) {
      self.model = model
      self.failures = failures
    }
  }

  package let settings: TrainingSettings

  package init(_ settings: TrainingSettings = TrainingSettings()) { self.settings = settings }

  /// Trains, judges on the newest fifth of the sessions, and if it is good enough fits to all of them.
  ///
  /// - Parameter current: what is in force for the outcome; one of another definition or of other features
  ///   is not compared with.
  package func train(_ outcome: PredictedOutcome, on window: TrainingWindow, current: Current?)
    -> TrainingResult
  {
    let place = window.outcomes.firstIndex(of: outcome)
    let sessions = place.map { LabeledSessions(window, outcome: $0, positions: settings.positions) }
    guard let sessions else { return TrainingResult(decision: .learning, counts: .init()) }
    let holdoutCount = max(settings.minHoldout, sessions.count - sessions.count * 4 / 5)
    let border = max(0, sessions.count - holdoutCount)
    let (training, holdout) = (0..<border, border..<sessions.count)
    let counts = TrainingResult.Counts(
      training: training.count, trainingAchieving: sessions.achieving(training), holdout: holdout.count,
      holdoutAchieving: sessions.achieving(holdout))
    var result = TrainingResult(decision: .learning, counts: counts, failures: current?.failures ?? 0)
    guard isEnough(counts), let fit = LogisticFit(sessions, training, settings) else { return result }
    let candidate = fit.model(of: outcome, window: sessions.window(training))
    let base = Judgement.base(
      rate: rate(sessions, training), on: sessions, holdout)
    let judgement = Judgement(candidate, on: sessions, holdout, base: base)
    let overBase = judgement.advantage(over: base)
    result.overBase = overBase
    judge(current, of: outcome, on: sessions, holdout, base, judgement, &result)
    if overBase.isBetter, result.overCurrent?.isWorse != true,
      let model = refit(outcome, sessions, judgement.quality)
    {
      result.decision = .published(model)
      result.failures = 0
    } else if result.currentOverBase != nil, result.failures >= settings.maxFailures {
      result.decision = .withdrawn
      result.failures = 0
    } else {
      result.decision = .refused
    }
    return result
  }

  private func isEnough(_ counts: TrainingResult.Counts) -> Bool {
    counts.trainingAchieving >= settings.minOfEach
      && counts.training - counts.trainingAchieving >= settings.minOfEach
      && counts.holdout >= settings.minHoldout && counts.holdoutAchieving >= settings.minHoldoutAchieving
  }

  /// The rate of samples: what whoever knows nothing of a session would say.
  private func rate(_ sessions: LabeledSessions, _ range: Range<Int>) -> Double {
    var (achieving, all) = (0, 0)
    for session in range {
      let count = sessions.sampleCount(session)
      all += count
      if sessions.isAchieving(session) { achieving += count }
    }
    return Double(achieving) / Double(all)
  }

  private func judge(
    _ current: Current?, of outcome: PredictedOutcome, on sessions: LabeledSessions, _ holdout: Range<Int>,
    _ base: [Double], _ candidate: Judgement, _ result: inout TrainingResult
  ) {
    guard let current, current.model.definition == outcome.definition,
      current.model.featureVersion == Feature.version
    else {
      result.failures = 0
      return
    }
    let judgement = Judgement(current.model, on: sessions, holdout, base: base)
    let advantage = judgement.advantage(over: base)
    result.currentOverBase = advantage
    result.currentQuality = judgement.quality
    result.overCurrent = candidate.advantage(over: judgement.losses)
    result.failures = advantage.isBetter ? 0 : current.failures + 1
  }

  /// Fits to all sessions: better than keeping what four fifths gave.
  private func refit(
    _ outcome: PredictedOutcome, _ sessions: LabeledSessions, _ quality: ModelQuality
  ) -> OutcomeModel? {
    let all = 0..<sessions.count
    guard let fit = LogisticFit(sessions, all, settings) else { return nil }
    let model = fit.model(of: outcome, window: sessions.window(all))
    let scorer = Scorer(ModelTable([model]))
    let maxima = all.map { session in
      var highest = 0
      sessions.forEachSet(session) { _, tokens in
        highest = max(highest, Probability.index(of: scorer.sums(tokens)[0]))
      }
      return highest
    }
    return model.with(below: QuantileTable(maxima: maxima), quality: quality)
  }
}
