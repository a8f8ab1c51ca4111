import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator

extension OutcomeModel.Window {
  static let none = OutcomeModel.Window(firstClosed: time(0), lastClosed: time(0), sessions: 0, achieving: 0)
}

extension OutcomeModel {
  static func plain(_ rows: [Row], bias: Int32) -> OutcomeModel {
    OutcomeModel(
      outcome: "purchase", definition: DefinitionHash(high: 1, low: 2), bias: bias, window: .none, rows: rows,
      below: QuantileTable(maxima: []), quality: ModelQuality())
  }

  /// - Parameter outcome: what it predicts; any if `nil`.
  static func random(
    _ tokens: [Token], _ generator: inout SeededGenerator, of outcome: PredictedOutcome? = nil
  ) -> OutcomeModel {
    let rows = tokens.map { token in
      var weight: Int16 = 0
      while weight == 0 { weight = Int16(truncatingIfNeeded: generator.next()) }
      return Row(token: token, weight: weight)
    }
    var quality = ModelQuality()
    quality.sessions = Int(generator.pick(0...1_000))
    quality.logLoss = Int(generator.pick(0...1_000_000))
    quality.observedToExpected = Int(generator.pick(0...2_000_000))
    let maxima = (0..<Int(generator.pick(0...300))).map { _ in Int(generator.pick(0...4_095)) }
    let any = PredictedOutcome(
      id: "outcome \(generator.pick(0...99))",
      definition: DefinitionHash(high: generator.next(), low: generator.next()))
    return OutcomeModel(
      outcome: outcome?.id ?? any.id, definition: outcome?.definition ?? any.definition,
      bias: Int32(truncatingIfNeeded: generator.pick(-65_536...65_536)),
      window: Window(
        firstClosed: time(generator.pick(0...1_000_000)),
        lastClosed: time(generator.pick(1_000_000...2_000_000)),
        sessions: 300, achieving: Int(generator.pick(0...300))),
      rows: rows, below: QuantileTable(maxima: maxima), quality: quality)
  }
}
