internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Processor

/// The definition that is explained as it was under some bundles: with one rule, taken apart, and switched on
/// or off. Bundles that say the same of it share an edition, as the sessions' counts go on between them.
struct DefinitionEdition {
  /// It, as the newest of these bundles has it.
  var definition: Definition
  /// The newest of these bundles; `nil` if they had no such definition, or there was none. Then the parts are
  /// those of the one asked for.
  var bundle: CompiledBundle?
  let parts: RuleParts
  let evaluator: RuleEvaluator
  /// Read what the key of each criterion had.
  let readers: [RuleParts.Part: FactReader]
  /// Reads where the visitor is, of an action map that asks.
  let pageReader: FactReader?
  private let caseFolding: CaseFolding

  init(_ definition: Definition, of bundle: CompiledBundle?, settings: RuleSettings, caseFolding: CaseFolding)
  {
    self.definition = definition
    self.bundle = bundle
    self.caseFolding = caseFolding
    parts = RuleParts(definition.trigger, settings: settings, caseFolding: caseFolding)
    evaluator = RuleEvaluator(rules: parts.rules)
    var readers: [RuleParts.Part: FactReader] = [:]
    for (number, pattern) in parts.rule.context.enumerated() {
      for (place, criterion) in pattern.criteria.enumerated() {
        readers[.contextCriterion(number, place)] =
          FactKey(criterion.key, isContext: true).map { FactReader($0) }
      }
    }
    for (number, pattern) in parts.rule.journey.enumerated() {
      for (place, criterion) in pattern.criteria.enumerated() {
        readers[.journeyCriterion(number, place)] =
          FactKey(criterion.key, isContext: false).map { FactReader($0) }
      }
    }
    self.readers = readers
    pageReader =
      definition.asksForPage ? FactKey("page.url", isContext: true).map { FactReader($0) } : nil
  }

  /// What is predicted of it: of an outcome with a predictor.
  var predicted: PredictedOutcome? {
    guard case .outcome(let outcome) = definition, let bundle, bundle.predicts else { return nil }
    return PredictedOutcome(outcome, bundle.bundle.caseFolding)
  }

  /// Whether it was among the definitions of then.
  var isInForce: Bool { bundle != nil }

  /// Whether another bundle says the same of it.
  func covers(_ definition: Definition, isInForce: Bool, caseFolding: CaseFolding) -> Bool {
    self.isInForce == isInForce && self.caseFolding == caseFolding
      && self.definition.isActive == definition.isActive
      && self.definition.asksForPage == definition.asksForPage && parts.rule == definition.trigger
  }
}

extension Definition {
  /// The rule that makes it happen: of an action map, its conditions on events.
  var trigger: Rule {
    switch self {
    case .segment(let segment): segment.rule
    case .outcome(let outcome): outcome.rule
    case .actionMap(let map): map.triggerWithEventConditions.isEmpty ? Rule() : map.eventRule
    default: Rule()
    }
  }

  /// Whether it asks where the visitor is.
  var asksForPage: Bool {
    if case .actionMap(let map) = self { !map.pageURLConditions.isEmpty } else { false }
  }
}
