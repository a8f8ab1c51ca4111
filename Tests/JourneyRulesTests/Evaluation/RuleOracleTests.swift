import JourneyModel
import SeededGenerator
import Testing
import WireFormat

@testable import JourneyRules

/// The compiled rules against the obvious ones.
@Suite struct RuleOracleTests {
  private static let sets = 250
  private static let sessionsOfASet = 10
  private static let rulesOfASet = 40

  @Test func compiledAndObviousRulesAgreeOnAHundredThousandPairs() throws {
    var random = RandomRules(seed: 4)
    var situations: [String: Int] = [:]
    var pairs = 0
    let decoder = EventDecoder(limits: DecodingLimits(), partitions: 8)
    for set in 0..<RuleOracleTests.sets {
      let stream = JourneyModel.Stream.allCases[set % 4]
      let sessionType = stream == .custom ? "delivery" : stream.name
      // Every fifth set is of rules that sessions with unchanged facts need not offer anything.
      let rules = definitions(&random, stream, sessionType, readsFactsAlone: set % 5 == 0)
      if rules.readsSession, rules.readsFactsAlone { situations["facts alone", default: 0] += 1 }
      for session in 0..<RuleOracleTests.sessionsOfASet {
        let events = random.session(stream)
        let feed = try RuleFeed(
          rules, stream, sessionType: sessionType, seed: UInt64(set * 100 + session), decoder: decoder)
        feed.rehearses = session % 2 == 1
        var found: [[Fired]] = []
        for event in events {
          found.append(try feed.take(event).fired)
          if feed.rememberedValues > 0 { situations["remembered", default: 0] += 1 }
          // What is not stored must not matter.
          if random.generator.chance(20) { try feed.restart() }
        }
        var oracle = ObviousEvaluator(
          stream: stream, sessionType: sessionType, externalID: feed.externalID, events: events)
        oracle.missingSatisfiesNegative = rules.settings.missingSatisfiesNegative
        let expected = expected(rules, &oracle)
        if found != expected {
          Issue.record("set \(set), session \(session): \(difference(rules, found, expected, events))")
          return
        }
        pairs += rules.segments.count + rules.outcomes.count
        situations.merge(oracle.situations) { $0 + $1 }
        count(rules, expected, stream, events, &situations)
      }
    }
    #expect(pairs == 100_000)
    expectCoverage(situations, pairs)
  }

  private func definitions(
    _ random: inout RandomRules, _ stream: JourneyModel.Stream, _ sessionType: String,
    readsFactsAlone: Bool
  ) -> CompiledRules {
    var segments: [Segment] = []
    var outcomes: [Outcome] = []
    for index in 0..<RuleOracleTests.rulesOfASet {
      var rule = random.rule(stream, sessionType: sessionType)
      while readsFactsAlone, !Scene.segment(rule).readsFactsAlone {
        rule = random.rule(stream, sessionType: sessionType)
      }
      if random.generator.chance(70) {
        segments.append(
          Segment(
            id: "s\(index)", displayName: "", rule: rule,
            assignmentExpirationDays: random.generator.chance(20) ? index : nil))
      } else {
        let field = Outcome.AssociatedValueField(
          dataType: random.generator.pick([.number, .integer]), name: "attributes.price.value")
        outcomes.append(
          Outcome(
            id: "o\(index)", displayName: "", rule: rule,
            associatedValueField: random.generator.chance(50) ? field : nil))
      }
    }
    var settings = RuleSettings()
    settings.missingSatisfiesNegative = random.generator.chance(75)
    return CompiledRules(segments: segments, outcomes: outcomes, settings: settings)
  }

  private func expected(_ rules: CompiledRules, _ oracle: inout ObviousEvaluator) -> [[Fired]] {
    var expected = [[Fired]](repeating: [], count: oracle.events.count)
    for (index, segment) in rules.segments.enumerated() {
      guard let firing = oracle.firing(segment.rule) else { continue }
      var fired = fired(.segment, index, segment.rule, firing, oracle.events)
      fired.expires = segment.assignmentExpirationDays.map { fired.time + .hours(Int64($0) * 24) }
      expected[firing.event].append(fired)
    }
    for (index, outcome) in rules.outcomes.enumerated() {
      guard let firing = oracle.firing(outcome.rule) else { continue }
      var fired = fired(.outcome, index, outcome.rule, firing, oracle.events)
      if let field = outcome.associatedValueField {
        fired.associatedValue = oracle.number(of: field, in: oracle.events[firing.event])
      }
      expected[firing.event].append(fired)
    }
    return expected
  }

  private func fired(
    _ kind: Fired.Kind, _ index: Int, _ rule: Rule, _ firing: ObviousEvaluator.Firing, _ events: [ModelEvent]
  ) -> Fired {
    let context = rule.context.indices.map {
      Fired.Cause(part: .context($0), events: [events[firing.event].id], count: 1)
    }
    let journey = firing.counted.enumerated().map { position, counted in
      Fired.Cause(
        part: .journey(position), events: counted.suffix(8).map { events[$0].id }, count: counted.count)
    }
    return Fired(
      kind: kind, definition: index,
      time: EventTime(milliseconds: RuleFeed.start + events[firing.event].time), because: context + journey)
  }

  /// The first result that only one of them has, with its rule and all events.
  private func difference(
    _ rules: CompiledRules, _ found: [[Fired]], _ expected: [[Fired]], _ events: [ModelEvent]
  ) -> String {
    for index in events.indices {
      for (who, fired, other) in [("compiled", found, expected), ("obvious", expected, found)] {
        guard let only = fired[index].first(where: { !other[index].contains($0) }) else { continue }
        let rule =
          only.kind == .segment ? rules.segments[only.definition].rule : rules.outcomes[only.definition].rule
        return "only \(who) at \(index): \(only)\n\(rule)\n\(events)"
      }
    }
    return "another order"
  }

  private func count(
    _ rules: CompiledRules, _ expected: [[Fired]], _ stream: JourneyModel.Stream, _ events: [ModelEvent],
    _ situations: inout [String: Int]
  ) {
    let all =
      rules.segments.map { (Fired.Kind.segment, $0.rule) } + rules.outcomes.map { (.outcome, $0.rule) }
    for (index, (kind, rule)) in all.enumerated() {
      let definition = kind == .segment ? index : index - rules.segments.count
      let fired = expected.joined().first { $0.kind == kind && $0.definition == definition }
      let word = fired == nil ? "no match" : "match"
      situations["\(word)", default: 0] += 1
      situations["\(stream.name) \(word)", default: 0] += 1
      if rule.isOrdered { situations["ordered \(word)", default: 0] += 1 }
      if rule.journey.contains(where: { $0.count > 1 }) { situations["counted \(word)", default: 0] += 1 }
      if rule.isEmpty { situations["empty \(word)", default: 0] += 1 }
      if rule.journey.isEmpty, !rule.isEmpty { situations["context only \(word)", default: 0] += 1 }
      if !rule.journey.isEmpty, !rule.context.isEmpty {
        situations["context and journey \(word)", default: 0] += 1
      }
      if fired?.associatedValue != nil { situations["associated value", default: 0] += 1 }
      if fired?.expires != nil { situations["expiry", default: 0] += 1 }
      if let fired, fired.time.milliseconds != RuleFeed.start + (events.first?.time ?? 0) {
        situations["not by the first event", default: 0] += 1
      }
    }
  }

  /// A property over cases that never occur proves nothing.
  private func expectCoverage(_ situations: [String: Int], _ pairs: Int) {
    func expect(_ name: String, atLeast minimum: Int) {
      #expect(situations[name, default: 0] >= minimum, "\(name): \(situations[name, default: 0])")
    }
    for named in CriterionOperator.allCases {
      for flag in ["exact", "folded"] {
        for result in [true, false] { expect("\(named.rawValue) \(flag) \(result)", atLeast: pairs / 200) }
      }
      for origin in ["event", "session"] {
        expect("missing \(named.rawValue) \(origin)", atLeast: pairs / 200)
      }
      expect("several values \(named.rawValue)", atLeast: pairs / 200)
      expect("multi-value \(named.rawValue)", atLeast: pairs / 500)
    }
    for word in ["match", "no match"] {
      expect(word, atLeast: pairs / 8)
      for stream in JourneyModel.Stream.allCases { expect("\(stream.name) \(word)", atLeast: pairs / 30) }
      for shape in ["ordered", "counted", "context only", "context and journey"] {
        expect("\(shape) \(word)", atLeast: pairs / 200)
      }
    }
    expect("criterion of event", atLeast: pairs)
    expect("criterion of session", atLeast: pairs)
    expect("empty no match", atLeast: pairs / 100)
    expect("associated value", atLeast: pairs / 500)
    expect("facts alone", atLeast: 30)
    expect("remembered", atLeast: pairs / 50)
    expect("expiry", atLeast: pairs / 100)
    expect("not by the first event", atLeast: pairs / 20)
    #expect(situations["empty match"] == nil)
  }
}
