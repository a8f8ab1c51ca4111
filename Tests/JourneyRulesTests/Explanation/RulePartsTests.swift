import JourneyModel
import JourneyRules
import SeededGenerator
import Testing
import WireFormat

/// Rules taken apart, against the obvious evaluator.
@Suite struct RulePartsTests {
  @Test func everyPartHoldsWhereTheObviousOneSays() throws {
    var random = RandomRules(seed: 11)
    let decoder = EventDecoder(limits: DecodingLimits(), partitions: 8)
    var compared = 0
    var held = 0
    for set in 0..<600 {
      let stream = JourneyModel.Stream.allCases[set % 4]
      let sessionType = stream == .custom ? "delivery" : stream.name
      let rule = random.rule(stream, sessionType: sessionType)
      let parts = RuleParts(rule, settings: RuleSettings())
      let events = random.session(stream)
      let feed = try RuleFeed(
        parts.rules, stream, sessionType: sessionType, seed: UInt64(set), decoder: decoder)
      for (index, event) in events.enumerated() {
        let step = try feed.take(event)
        let fired = Set(step.fired.map { parts.parts[$0.definition] })
        // Every event is asked anew.
        feed.change(step.session) { $0 = RuleState() }
        for part in parts.parts {
          let expected = holds(
            part, rule, stream, sessionType, feed.externalID, Array(events[...index]))
          #expect(fired.contains(part) == expected, "set \(set), event \(index), \(part) of \(rule)")
          compared += 1
          if expected { held += 1 }
        }
      }
    }
    #expect(compared > 10_000)
    #expect(held > 2_000)
  }

  /// Whether a part holds with the last of the events: the obvious evaluator asked about the same part of the
  /// rule.
  private func holds(
    _ part: RuleParts.Part, _ rule: Rule, _ stream: JourneyModel.Stream, _ sessionType: String,
    _ externalID: String?, _ events: [ModelEvent]
  ) -> Bool {
    var small = Rule()
    switch part {
    case .context(let number): small.context = [rule.context[number]]
    case .contextCriterion(let number, let place):
      small.context = [ContextPattern(criteria: [rule.context[number].criteria[place]])]
    case .journey(let number): small.journey = [rule.journey[number]]
    case .scope(let number):
      small.journey = [rule.journey[number]]
      small.journey[0].criteria = []
    case .place(let number):
      small.journey = [rule.journey[number]]
      small.journey[0].criteria = []
      small.journey[0].eventName = nil
    case .journeyCriterion(let number, let place):
      small.journey = [rule.journey[number]]
      small.journey[0].criteria = [rule.journey[number].criteria[place]]
    case .ignoringCase(let inner):
      var folded = rule
      for number in folded.context.indices {
        for place in folded.context[number].criteria.indices {
          folded.context[number].criteria[place].shouldIgnoreCase = true
        }
      }
      for number in folded.journey.indices {
        for place in folded.journey[number].criteria.indices {
          folded.journey[number].criteria[place].shouldIgnoreCase = true
        }
      }
      return holds(inner, folded, stream, sessionType, externalID, events)
    }
    var oracle = ObviousEvaluator(
      stream: stream, sessionType: sessionType, externalID: externalID, events: events)
    let last = events.count - 1
    if let pattern = small.journey.first { return oracle.matches(pattern, last) }
    var all = true
    for criterion in small.context.flatMap(\.criteria)
    where !oracle.holds(criterion, at: last, isContext: true) { all = false }
    return all
  }

  @Test func partsOfARuleAreItsPatternsAndCriteria() {
    let rule = Rule(
      context: [ContextPattern(criteria: [Criterion(key: "browser.family", values: ["x"])])],
      journey: [
        Scene.pattern([Criterion(key: "page.title", values: ["a"], shouldIgnoreCase: false)], count: 3)
      ])
    let parts = RuleParts(rule, settings: RuleSettings()).parts
    #expect(
      parts == [
        .context(0), .contextCriterion(0, 0), .journey(0), .scope(0), .journeyCriterion(0, 0),
        .ignoringCase(.journeyCriterion(0, 0)), .place(0),
      ])
    #expect(RuleParts(Rule(), settings: RuleSettings()).parts.isEmpty)
  }

  @Test func whatCannotHoldSaysWhy() {
    func why(_ key: String, _ operation: CriterionOperator, _ values: [String], isContext: Bool) -> String? {
      Criterion(key: key, values: values, operator: operation).impossibility(isContext: isContext)
    }
    #expect(why("page.title", .equal, ["a"], isContext: false) == nil)
    #expect(
      why("nothing.here", .notEqual, ["a"], isContext: false) == "no event and no session has such a key")
    #expect(why("eventName", .equal, ["a"], isContext: true) == "no session has such a key")
    #expect(why("page.title", .equal, [], isContext: false) == "there is no value to compare with")
    #expect(why("eventCount", .greaterThan, ["1", "many"], isContext: true) == "'many' is no number")
  }
}
