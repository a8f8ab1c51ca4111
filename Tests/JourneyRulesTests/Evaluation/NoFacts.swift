import JourneyModel
import JourneyRules

/// A session that has nothing to offer.
struct NoFacts: SessionFacts {
  var stream = JourneyModel.Stream.web
  func haveChanged(_ fields: UInt64) -> Bool { false }
  func haveBeenTold() {}
  func tell(_ visitor: any FactVisitor) {}
}
