internal import JourneyModel

/// A rule taken apart: every pattern and every criterion of it as a rule of its own, so that the evaluator
/// itself says for each event which of them hold. There is no second evaluator.
package struct RuleParts: Sendable {
  /// A part of a rule. Numbers are places in the rule, those of criteria in their pattern.
  package enum Part: Hashable, Sendable {
    /// All criteria of a context pattern.
    case context(Int)
    /// One criterion of a context pattern.
    case contextCriterion(Int, Int)
    /// All criteria of a journey pattern, for one event.
    case journey(Int)
    /// One criterion of a journey pattern, for one event of its stream, session type and name.
    case journeyCriterion(Int, Int)
    /// A journey pattern's stream and session type.
    case place(Int)
    /// A journey pattern's stream, session type and event name.
    case scope(Int)
    /// A criterion as if upper and lower case were the same.
    indirect case ignoringCase(Part)
  }

  /// The rule.
  package let rule: Rule
  /// The parts; each is the segment of the same place in `rules`.
  package let parts: [Part]
  /// The parts, compiled. To be evaluated with an empty state for every event: then each says what holds at
  /// that moment.
  package let rules: CompiledRules

  /// Takes a rule apart.
  package init(_ rule: Rule, settings: RuleSettings, caseFolding: CaseFolding = .newest) {
    self.rule = rule
    var parts: [(part: Part, rule: Rule)] = []
    for (number, pattern) in rule.context.enumerated() {
      parts.append((.context(number), Rule(context: [pattern])))
      for (place, criterion) in pattern.criteria.enumerated() {
        let part = Part.contextCriterion(number, place)
        for (part, criterion) in RuleParts.forms(part, criterion) {
          parts.append((part, Rule(context: [ContextPattern(criteria: [criterion])])))
        }
      }
    }
    for (number, pattern) in rule.journey.enumerated() {
      var single = pattern
      single.count = 1
      parts.append((.journey(number), Rule(journey: [single])))
      var scope = single
      scope.criteria = []
      parts.append((.scope(number), Rule(journey: [scope])))
      for (place, criterion) in pattern.criteria.enumerated() {
        let part = Part.journeyCriterion(number, place)
        for (part, criterion) in RuleParts.forms(part, criterion) {
          var one = scope
          one.criteria = [criterion]
          parts.append((part, Rule(journey: [one])))
        }
      }
      scope.eventName = nil
      parts.append((.place(number), Rule(journey: [scope])))
    }
    self.parts = parts.map(\.part)
    var settings = settings
    settings.maxAssignments = .max
    rules = CompiledRules(
      segments: parts.enumerated().map { index, part in
        Segment(id: "\(index)", displayName: "", rule: part.rule)
      },
      outcomes: [], settings: settings, caseFolding: caseFolding)
  }

  /// A criterion as it is and, if it distinguishes upper and lower case, as if it did not.
  private static func forms(_ part: Part, _ criterion: Criterion) -> [(Part, Criterion)] {
    guard !criterion.shouldIgnoreCase, !criterion.operator.isNumeric else { return [(part, criterion)] }
    var folded = criterion
    folded.shouldIgnoreCase = true
    return [(part, criterion), (.ignoringCase(part), folded)]
  }
}

extension Criterion {
  /// Why it can hold for no event and no session; `nil` if it can.
  package func impossibility(isContext: Bool) -> String? {
    if FactKey(key, isContext: isContext) == nil {
      return isContext ? "no session has such a key" : "no event and no session has such a key"
    }
    if values.isEmpty { return "there is no value to compare with" }
    if `operator`.isNumeric, let text = values.first(where: { DecimalNumber($0) == nil }) {
      return "'\(text)' is no number"
    }
    return nil
  }
}
