/// How a model does on sessions: the loss of each, and what `ModelQuality` says.
struct Judgement {
  /// Nats for each session.
  private(set) var losses: [Double] = []
  private(set) var quality = ModelQuality()

  /// Looks at every sample of the sessions, through the integers by which lanes score.
  ///
  /// - Parameter base: the loss of each session under the rate alone.
  init(_ model: OutcomeModel, on sessions: LabeledSessions, _ range: Range<Int>, base: [Double]) {
    let scorer = Scorer(ModelTable([model]))
    var achieving = [Int](repeating: 0, count: Probability.indexCount)
    var others = achieving
    for session in range {
      let label = sessions.isAchieving(session)
      var loss = 0.0
      sessions.forEachSample(session) { tokens in
        let index = Probability.index(of: scorer.sums(tokens)[0])
        loss += label ? Probability.lossIfAchieved[index] : Probability.lossIfNot[index]
        if label { achieving[index] += 1 } else { others[index] += 1 }
      }
      losses.append(loss)
    }
    quality.sessions = range.count
    quality.achieving = sessions.achieving(range)
    summarize(achieving, others, base: base)
  }

  private mutating func summarize(_ achieving: [Int], _ others: [Int], base: [Double]) {
    let positive = achieving.reduce(0, +)
    let count = positive + others.reduce(0, +)
    guard count > 0 else { return }
    quality.predictions = count
    quality.logLoss = Judgement.millionths(losses.reduce(0, +) / Double(count))
    quality.baseLogLoss = Judgement.millionths(base.reduce(0, +) / Double(count))
    var below = 0
    var doubledArea = 0
    var predicted = 0
    var distance = 0
    var group = (number: 0, predicted: 0, achieved: 0)
    for index in 0..<Probability.indexCount {
      // Of two that are predicted alike each is above the other half of the time.
      doubledArea += achieving[index] * (2 * below + others[index])
      below += others[index]
      let probability = Int(Probability.millionths[index])
      let number = probability * 10 / Int(Probability.one)
      if number != group.number {
        distance += abs(group.predicted - group.achieved * Int(Probability.one))
        group = (number, 0, 0)
      }
      group.predicted += probability * (achieving[index] + others[index])
      group.achieved += achieving[index]
      predicted += probability * (achieving[index] + others[index])
    }
    distance += abs(group.predicted - group.achieved * Int(Probability.one))
    let pairs = 2 * positive * (count - positive)
    quality.areaUnderCurve = pairs == 0 ? 0 : Judgement.ratio(doubledArea, pairs)
    quality.calibrationError = distance / count
    quality.observedToExpected = Judgement.ratio(positive * Int(Probability.one), predicted)
  }

  private static func millionths(_ value: Double) -> Int { Int((value * 1_000_000).rounded()) }

  /// A quotient in millionths. The product may be wider than a word.
  private static func ratio(_ part: Int, _ whole: Int) -> Int {
    whole == 0 ? 0 : whole.dividingFullWidth(part.multipliedFullWidth(by: 1_000_000)).quotient
  }

  /// The loss of each session for whoever always says the same rate.
  static func base(rate: Double, on sessions: LabeledSessions, _ range: Range<Int>) -> [Double] {
    let (ifAchieved, ifNot) = (-ExactMath.ln(rate), -ExactMath.ln(1 - rate))
    return range.map { session in
      Double(sessions.sampleCount(session)) * (sessions.isAchieving(session) ? ifAchieved : ifNot)
    }
  }

  /// By how much a model is better than what lost this much.
  func advantage(over others: [Double]) -> Advantage { Advantage(zip(others, losses).map { $0 - $1 }) }
}
