import JourneyModel
import JourneyRules
import Learning
import LogTools
import Predictions
import Testing
import WireFormat

@testable import sojourn

/// Predictors as lines and as objects.
@Suite struct PredictorTableTests {
  private static let now = EventTime(milliseconds: 1_767_600_000_000)

  private func scoring() -> PredictorLine {
    let outcome = PredictedOutcome(id: "purchase", definition: DefinitionHash(high: 1, low: 2))
    var entry = TrainingRecord.Outcome(outcome, .published, .init())
    entry.model = "ab"
    entry.publishedAt = PredictorTableTests.now - .minutes(14)
    var quality = ModelQuality()
    quality.areaUnderCurve = 870_900
    quality.logLoss = 411_600
    quality.baseLogLoss = 561_000
    quality.calibrationError = 24_000
    quality.observedToExpected = 1_034_999
    entry.quality = quality
    let model = OutcomeModel(
      outcome: outcome.id, definition: outcome.definition, bias: 0,
      window: .init(
        firstClosed: PredictorTableTests.now, lastClosed: PredictorTableTests.now, sessions: 1_240,
        achieving: 300), rows: [], below: QuantileTable(maxima: []), quality: ModelQuality())
    return PredictorLine(predictor: "p", outcome: "purchase", state: .scoring(entry), model: model)
  }

  @Test func aLineForEach() {
    let learning = PredictorLine(
      predictor: "second", outcome: "sign\nup", state: .learning("12 of 20 achieving sessions"))
    let lines = PredictorTable([scoring(), learning], at: PredictorTableTests.now).lines
    #expect(
      lines == [
        "PREDICTOR  OUTCOME   AGE     SESSIONS  AUC    LOG LOSS         ECE    O/E   STATE",
        "p          purchase  14 min  1240      0.871  0.412 for 0.561  0.024  1.03  scoring",
        "second     sign�up   -       -         -      -                -      -     learning: 12 of 20 achieving sessions",
      ], "\(lines)")
  }

  @Test func anObjectForEach() throws {
    let value = try DefinitionJSON.read(Array(scoring().json().utf8))
    #expect(value["state"] == .string("scoring") && value["auc"] == .number("0.870900"))
    #expect(value["sessions"] == .number("1240") && value["observedExpected"] == .number("1.034999"))
    let learning = PredictorLine(predictor: "a\"b", outcome: "x", state: .learning("why"))
    #expect(
      learning.json() == #"{"predictor":"a\"b","outcome":"x","state":"learning","reason":"why"}"#)
    let withdrawn = PredictorLine(predictor: "a", outcome: "x", state: .withdrawn)
    #expect(withdrawn.json() == #"{"predictor":"a","outcome":"x","state":"withdrawn"}"#)
  }

  @Test func factsAreToldWithTheirSignAndShare() throws {
    var survey = FactSurvey.Findings()
    survey.sessions = 1_240
    survey.facts["purchase"] = [
      .init(text: "cart, 2 to 3", weight: 1_403, sessions: 756),
      .init(text: "is on /a\nb", weight: -900, sessions: 1), .init(text: "#1f", weight: 3, sessions: 0),
    ]
    #expect(
      scoring().facts(survey) == [
        "",
        "p: 3 of 0 facts that add most, in nats; in how many of the newest 1240 sessions",
        "  +1.37   61 %  cart, 2 to 3", "  -0.88   <1 %  is on /a\u{fffd}b", "  +0.00    0 %  #1f",
      ], "\(scoring().facts(survey))")
    let value = try DefinitionJSON.read(Array(scoring().json(survey).utf8))
    #expect(value["surveyedSessions"] == .number("1240"))
    guard case .array(let facts)? = value["facts"] else { return #expect(Bool(false), "no facts") }
    #expect(
      facts.count == 3 && facts[1]["weight"] == .number("-900") && facts[0]["sessions"] == .number("756"))
    // Who has no model has no facts.
    let learning = PredictorLine(predictor: "a", outcome: "x", state: .learning("why"))
    #expect(learning.facts(survey).isEmpty && !learning.json(survey).contains("facts"))
  }

  @Test(arguments: [
    (0, 0, "  0 %"), (0, 10, "  0 %"), (1, 1_000, " <1 %"), (5, 1_000, "  1 %"), (14, 1_000, "  1 %"),
    (15, 1_000, "  2 %"), (1_000, 1_000, "100 %"),
  ])
  func sharesAreWholePerCent(_ part: Int, _ whole: Int, _ text: String) {
    #expect(Millionths.percent(part, of: whole) == text)
  }

  @Test(arguments: [
    (0, 3, "0.000"), (499, 3, "0.000"), (500, 3, "0.001"), (999_499, 3, "0.999"), (999_500, 3, "1.000"),
    (1_034_999, 2, "1.03"), (1_035_000, 2, "1.04"), (12, 6, "0.000012"), (-12, 6, "-0.000012"),
    (-12, 1, "0.0"),
  ])
  func millionthsAreRounded(_ value: Int, _ places: Int, _ text: String) {
    #expect(Millionths.text(value, places) == text)
  }

  @Test(arguments: [
    (0, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (172_799, "47 h"),
    (172_800, "2 d"),
    (-5, "0 s"),
  ])
  func agesHaveTheLargestUnitOfWhichThereAreTwo(_ seconds: Int64, _ text: String) {
    #expect(
      PredictorTable.age(of: PredictorTableTests.now - .seconds(seconds), at: PredictorTableTests.now) == text
    )
  }
}
