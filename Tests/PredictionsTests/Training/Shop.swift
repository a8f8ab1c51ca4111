import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator

/// Visits of a shop that never was, for tests of the trainer.
struct Shop {
  static let purchase = PredictedOutcome(id: "purchase", definition: DefinitionHash(high: 7, low: 8))
  /// A visit begins every ten minutes and ends within five, so all of them are mature but the newest.
  static let interval: Int64 = 600_000

  /// What decides whether a visit ends with the outcome.
  enum Label {
    /// The names of its events; `sign` turns what they mean around.
    case names(sign: Double)
    /// Chance alone.
    case chance(percent: Int64)
  }

  /// Visits, one after the other. The outcome comes after the last event of the visit, so nothing but what
  /// the label says tells of it.
  static func visits(
    _ count: Int, from first: Int = 0, _ label: Label, _ generator: inout SeededGenerator
  ) -> [Example] {
    (first..<first + count).map { index in
      let start = Int64(index) * interval
      let story = Story.random(&generator, start: start)
      let isAchieving: Bool
      switch label {
      case .chance(let percent): isAchieving = generator.chance(percent)
      case .names(let sign):
        let score = story.events.reduce(0.0) { sum, event in
          sum + (event.name == "cart" ? 1.4 : event.name == "help" ? -1.2 : 0)
        }
        isAchieving = generator.unit() < ExactMath.sigmoid(sign * score - 0.8)
      }
      return Example(
        startedAt: time(start), closedAt: time(start + 300_000),
        achievedAt: [isAchieving ? UInt16(story.events.count + 1) : 0], sets: story.tokenSets)
    }
  }

  static func window(_ examples: [Example], _ settings: TrainingSettings = TrainingSettings())
    -> TrainingWindow
  {
    TrainingWindow([ExampleRecord(outcomes: [purchase], examples: examples)], settings)
  }
}
