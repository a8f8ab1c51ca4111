internal import EventLog
internal import SimulatedLog

/// Which requests go wrong and how often, drawn from the seed: each seed has its own mixture, so that faults
/// meet that a uniform rate would never bring together.
struct FaultPlan: FaultInjector {
  private struct Rule {
    var kind: FaultRequest.Kind
    var answer: FaultAnswer
    var oneIn: Int
  }

  private var rules: [FaultRequest.Kind: [Rule]] = [:]

  /// - Parameter isMild: whether restores have to come to their end now and then while things go wrong: with
  ///   models and examples to read, and customers who wait for that, the hardest mixture lets none.
  init(random: inout SeededRandom, isMild: Bool) {
    // Some seeds are calm in one respect, so that others are seen without it.
    let intensity = [isMild ? 60 : 25, 60, 150][random.below(3)]
    for possible in FaultPlan.possible where !random.chance(oneIn: 3) {
      var rule = possible
      rule.oneIn = possible.oneIn * intensity / 10
      rules[possible.kind, default: []].append(rule)
    }
  }

  /// Every fault there is; `oneIn` weighs them against each other.
  private static let possible: [Rule] = {
    var rules: [Rule] = []
    func fail(_ kind: FaultRequest.Kind, _ reaction: LogError.Reaction, _ moment: FaultMoment, _ oneIn: Int) {
      let error = LogError(reaction, code: "injected", "\(kind.rawValue) was made to fail")
      rules.append(Rule(kind: kind, answer: .fail(error, moment), oneIn: oneIn))
    }
    for kind in FaultRequest.Kind.allCases where kind != .publish {
      // Polls and reads come far more often than the steps of a transaction.
      let weight = kind == .poll || kind == .read ? 40 : 10
      for moment in FaultMoment.allCases {
        rules.append(Rule(kind: kind, answer: .crash(moment), oneIn: weight))
        fail(kind, .retry, moment, weight / 2)
      }
    }
    for kind in [FaultRequest.Kind.produce, .flush, .sendOffsets] {
      for moment in FaultMoment.allCases { fail(kind, .abortAndRewind, moment, 6) }
    }
    fail(.begin, .abortAndRewind, .beforeEffect, 10)
    fail(.commit, .abortAndRewind, .beforeEffect, 6)
    fail(.commit, .commitUnknown, .beforeEffect, 8)
    fail(.commit, .commitUnknown, .afterEffect, 6)
    fail(.sendOffsets, .ownershipLost, .beforeEffect, 12)
    fail(.commit, .ownershipLost, .beforeEffect, 12)
    fail(.produce, .fatal, .beforeEffect, 40)
    fail(.abort, .fatal, .afterEffect, 40)
    return rules
  }()

  /// The names of all classes, as `FiredFaults` counts them.
  static let classes: [String] = possible.map { rule in
    switch rule.answer {
    case .fail(let error, let moment): "\(rule.kind.rawValue)/\(error.reaction.rawValue)/\(moment.rawValue)"
    case .crash(let moment): "\(rule.kind.rawValue)/crash/\(moment.rawValue)"
    case .proceed: "\(rule.kind.rawValue)/none"
    }
  }

  func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
    // What publishes and what checks is not what is tested.
    for rule in rules[request.kind] ?? [] where random.chance(oneIn: rule.oneIn) { return rule.answer }
    return .proceed
  }
}
