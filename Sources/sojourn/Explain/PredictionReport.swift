import JourneyModel
import LogTools
import Presentation
import Processor

/// A prediction as lines: what adds to it, then what each event has moved.
struct PredictionReport {
  let prediction: Explanation.Prediction

  /// Most parts of an event's move that are named.
  private static let maxParts = 3
  /// Widest text of a fact before its weight.
  private static let maxFact = 60

  var lines: [String] {
    let score = prediction.score
    return [
      "predicted: \(ScoreText.percent(score.probability)), quantile "
        + "\(Millionths.text(Int(prediction.quantile) * 100, 4)), raw score \(ScoreText.units(score.sum)) "
        + "(units of 1/1024 nat; model \(prediction.model))"
    ] + facts + moves
  }

  /// Bias and facts, which add up to the raw score.
  private var facts: [String] {
    let rows =
      [("bias", prediction.bias)] + prediction.rows.map { (DisplayText($0.text).text, $0.weight) }
    let width = min(rows.map { DisplayText.width($0.0) }.max() ?? 0, PredictionReport.maxFact)
    let digits = rows.map { ScoreText.units($0.1).utf8.count }.max() ?? 0
    return rows.map { text, weight in
      let units = ScoreText.units(weight)
      return "  " + DisplayText.fit(text, to: width) + "  " + ScoreText.nats(weight) + "  "
        + String(repeating: " ", count: digits - units.utf8.count) + units
    }
  }

  private var moves: [String] {
    guard !prediction.moves.isEmpty else { return [] }
    let more = prediction.omittedMoves > 0 ? " (\(prediction.omittedMoves) earlier ones left out)" : ""
    return ["what each event moved:\(more)"]
      + prediction.moves.map { move in
        let parts = move.rows.prefix(PredictionReport.maxParts).map {
          "\($0.text) \(ScoreText.nats($0.weight))"
        }
        let rest = move.rows.count > parts.count ? ", …" : ""
        let why = parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + rest + ")"
        return DisplayText(
          "  \(move.moment.time.iso8601) \(move.name) \(ScoreText.nats(move.after.sum &- move.before.sum)) → "
            + "\(ScoreText.percent(move.before.probability)) → \(ScoreText.percent(move.after.probability))"
            + why
        ).text
      }
  }
}

/// Sums and probabilities as texts, by integers.
enum ScoreText {
  /// Millionths as a percentage: whole ones, below one and above 99 with what tells them from none and all.
  static func percent(_ millionths: Int32) -> String {
    let rest = min(millionths, 1_000_000 - millionths)
    let places = rest >= 10_000 ? 0 : rest >= 1_000 ? 1 : rest >= 100 ? 2 : 4
    guard places > 0 else { return "\((Int(millionths) + 5_000) / 10_000) %" }
    return Millionths.text(Int(millionths) * 100, places) + " %"
  }

  /// Units of 2^-10 nat as nats with two places and a sign.
  static func nats(_ units: Int32) -> String {
    let hundredths = (Int(units.magnitude) * 100 + 512) / 1_024
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    return "\(units < 0 ? "-" : "+")\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// The units themselves with a sign.
  static func units(_ units: Int32) -> String { units < 0 ? "\(units)" : "+\(units)" }
}
