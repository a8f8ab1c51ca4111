import JourneyModel
import JourneyRules
import LogTools
import Processor

extension ExplanationJSON {
  /// A prediction as an object. `bias` and the rows' weights add up to `sum`, and a move's rows to what its
  /// sums differ by: in units of 2^-10 nat.
  static func value(_ prediction: Explanation.Prediction) -> DefinitionValue {
    .object([
      .init("model", .string("\(prediction.model)")), .init("score", value(prediction.score)),
      .init("quantile", .number(Millionths.text(Int(prediction.quantile) * 100, 4))),
      .init("bias", .number("\(prediction.bias)")), .init("facts", value(prediction.rows)),
      .init("moves", .array(prediction.moves.map(value))),
      .init("omittedMoves", .number("\(prediction.omittedMoves)")),
    ])
  }

  private static func value(_ move: Explanation.Prediction.Move) -> DefinitionValue {
    var members = [DefinitionValue.Member("time", .string(move.moment.time.iso8601))]
    if let event = move.moment.event { members.append(.init("event", .string(event))) }
    members += [
      .init("eventName", .string(move.name)), .init("model", .string("\(move.model)")),
      .init("before", value(move.before)), .init("after", value(move.after)),
      .init("facts", value(move.rows)),
    ]
    return .object(members)
  }

  private static func value(_ score: Explanation.Prediction.Score) -> DefinitionValue {
    .object([
      .init("sum", .number("\(score.sum)")),
      .init("probability", .number(Millionths.text(Int(score.probability), 6))),
    ])
  }

  private static func value(_ rows: [Explanation.Prediction.Row]) -> DefinitionValue {
    .array(
      rows.map {
        .object([
          .init("fact", .string($0.text)), .init("family", .string("\($0.family)")),
          .init("weight", .number("\($0.weight)")),
        ])
      })
  }
}
