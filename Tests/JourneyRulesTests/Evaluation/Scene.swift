import JourneyModel
import JourneyRules

/// Short ways to write rules.
enum Scene {
  static func segment(_ rule: Rule, settings: RuleSettings = RuleSettings()) -> CompiledRules {
    CompiledRules(
      segments: [Segment(id: "s", displayName: "s", rule: rule)], outcomes: [], settings: settings)
  }

  static func context(_ criteria: Criterion...) -> Rule {
    Rule(context: [ContextPattern(criteria: criteria)])
  }

  static func journey(_ criteria: Criterion...) -> Rule { Rule(journey: [pattern(criteria)]) }

  static func pattern(
    _ criteria: [Criterion] = [], count: Int = 1, stream: JourneyModel.Stream = .web,
    sessionType: String? = nil,
    eventName: String? = nil
  ) -> JourneyPattern {
    JourneyPattern(
      criteria: criteria, count: count, stream: stream, sessionType: sessionType ?? stream.name,
      eventName: eventName)
  }

  static func named(_ name: String, count: Int = 1) -> JourneyPattern {
    pattern(count: count, eventName: name)
  }
}
