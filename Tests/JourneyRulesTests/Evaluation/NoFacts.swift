import JourneyModel
import JourneyRules

/// A session that has nothing to tell.
struct NoFacts: SessionFacts {
  var stream = JourneyModel.Stream.web
  func haveChanged(_ fields: UInt64) -> Bool { false }
  func haveBeenTold() {}
  func tell(_ evaluator: RuleEvaluator) {}
}
