import JourneyModel
import JourneyRules
import Predictions
import Testing

@testable import LogTools
@testable import sojourn

/// Predictions as lines and as JSON.
@Suite struct PredictionReportTests {
  @Test(
    arguments: [
      (0, "+0.00"), (1, "+0.00"), (10, "+0.01"), (1_024, "+1.00"), (635, "+0.62"), (-635, "-0.62"),
      (-32_768, "-32.00"), (10_137, "+9.90"), (Int32.min, "-2097152.00"), (.max, "+2097152.00"),
    ] as [(Int32, String)])
  func natsHaveTwoPlaces(units: Int32, text: String) { #expect(ScoreText.nats(units) == text) }

  @Test(
    arguments: [
      (1, "0.0001 %"), (99, "0.0099 %"), (100, "0.01 %"), (999, "0.10 %"), (1_000, "0.1 %"), (9_999, "1.0 %"),
      (10_000, "1 %"), (519_999, "52 %"), (675_000, "68 %"), (990_000, "99 %"), (990_001, "99.0 %"),
      (999_000, "99.9 %"), (999_999, "99.9999 %"),
    ] as [(Int32, String)])
  func probabilitiesArePercentages(millionths: Int32, text: String) {
    #expect(ScoreText.percent(millionths) == text)
  }

  private typealias Prediction = LogTools.Explanation.Prediction

  private func prediction() -> Prediction {
    let model = ModelHash(of: [1])
    func moment(_ second: Int64) -> Hits.Moment {
      .init(
        sequence: Int(second), time: EventTime(milliseconds: 1_767_600_000_000 + second * 1_000),
        event: "e\(second)")
    }
    let (start, middle, end) = (
      Prediction.Score(-1_024), Prediction.Score(-324), Prediction.Score(311)
    )
    return Prediction(
      model: model, score: end, quantile: 8_100, bias: -1_024,
      rows: [
        .init(text: "product_added", family: .count, weight: 1_400),
        .init(text: "newest is \u{1b}[31mhelp", family: .last, weight: -65),
      ],
      moves: [
        .init(
          moment: moment(0), name: "view", before: start, after: middle,
          rows: [.init(text: "view", family: .count, weight: 700)], model: model),
        .init(
          moment: moment(1), name: "product_added", before: middle, after: end,
          rows: [500, 200, -100, 35].enumerated().map {
            .init(text: "fact \($0.offset)", family: .seen, weight: $0.element)
          }, model: model),
      ], omittedMoves: 3)
  }

  @Test func linesSayWhatAddsUpAndWhatMoved() {
    let model = ModelHash(of: [1])
    #expect(
      PredictionReport(prediction: prediction()).lines == [
        "predicted: 57 %, quantile 0.8100, raw score +311 (units of 1/1024 nat; model \(model))",
        "  bias                 -1.00  -1024", "  product_added        +1.37  +1400",
        "  newest is \u{fffd}[31mhelp  -0.06    -65", "what each event moved: (3 earlier ones left out)",
        "  2026-01-05T08:00:00.000Z view +0.68 → 27 % → 42 % (view +0.68)",
        "  2026-01-05T08:00:01.000Z product_added +0.62 → 42 % → 57 % (fact 0 +0.49, fact 1 +0.20, fact 2 -0.10, …)",
      ])
  }

  @Test func theObjectHasEverything() throws {
    var bytes: [UInt8] = []
    ExplanationJSON.value(prediction()).appendJSON(to: &bytes, sorted: false)
    let model = ModelHash(of: [1])
    let (low, middle, high) = (
      Prediction.Score(-1_024).probability, Prediction.Score(-324).probability,
      Prediction.Score(311).probability
    )
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        {"model":"\(model)","score":{"sum":311,"probability":0.\(high)},"quantile":0.8100,"bias":-1024,"facts":[\
        {"fact":"product_added","family":"count","weight":1400},\
        {"fact":"newest is \\u001b[31mhelp","family":"last","weight":-65}],"moves":[\
        {"time":"2026-01-05T08:00:00.000Z","event":"e0","eventName":"view","model":"\(model)",\
        "before":{"sum":-1024,"probability":0.\(low)},"after":{"sum":-324,"probability":0.\(middle)},\
        "facts":[{"fact":"view","family":"count","weight":700}]},\
        {"time":"2026-01-05T08:00:01.000Z","event":"e1","eventName":"product_added","model":"\(model)",\
        "before":{"sum":-324,"probability":0.\(middle)},"after":{"sum":311,"probability":0.\(high)},\
        "facts":[{"fact":"fact 0","family":"seen","weight":500},{"fact":"fact 1","family":"seen","weight":200},\
        {"fact":"fact 2","family":"seen","weight":-100},{"fact":"fact 3","family":"seen","weight":35}]}],"omittedMoves":3}
        """)
  }
}
