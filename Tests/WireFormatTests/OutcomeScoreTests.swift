import Foundation
import JourneyModel
import JourneyRules
import Sessionizer
import Testing

@testable import WireFormat

/// Predictions as JSON and as stored bytes.
@Suite struct OutcomeScoreTests {
  @Test(arguments: [
    (0, 6, "0"), (1, 6, "0.000001"), (310_000, 6, "0.31"), (999_999, 6, "0.999999"), (1_000_000, 6, "1"),
    (100_001, 6, "0.100001"), (0, 4, "0"), (9_700, 4, "0.97"), (1, 4, "0.0001"), (10_000, 4, "1"),
    (0, 0, "0"), (9, 0, "9"), (10, 0, "10"), (100, 0, "100"), (9_999, 4, "0.9999"),
  ])
  func decimalsAreWrittenFromIntegers(number: Int32, places: Int, text: String) {
    let written =
      places == 0 ? ScoreNumber(whole: number) : ScoreNumber(number, millionthsEach: places == 6 ? 1 : 100)
    #expect(self.text(written) == text)
  }

  private func text(_ number: ScoreNumber) -> String {
    String(decoding: (0..<number.count).map { UInt8(number.word >> (8 * $0) & 0xff) }, as: UTF8.self)
  }

  /// All there can be, beside the digits that Swift writes.
  @Test func everyNumberIsTheShortestThatSaysIt() {
    func plain(_ number: Int32, _ unit: Int32, _ places: Int) -> String {
      var digits = "\(number % unit)"
      digits = String(repeating: "0", count: places - digits.count) + digits
      while digits.last == "0" { digits.removeLast() }
      return "\(number / unit)" + (digits.isEmpty ? "" : "." + digits)
    }
    for number in Int32(0)...10_000 {
      #expect(text(ScoreNumber(number, millionthsEach: 100)) == plain(number, 10_000, 4))
      let millionths = number * 100 + number % 100
      #expect(text(ScoreNumber(millionths, millionthsEach: 1)) == plain(millionths, 1_000_000, 6))
    }
    for number in Int32(0)...999 { #expect(text(ScoreNumber(whole: number)) == "\(number)") }
  }

  private var scores: SessionScores {
    var scores = SessionScores()
    scores.take("purchase", probability: 720_000, quantile: 9_700)
    scores.take("purchase", probability: 310_000, quantile: 8_100)
    return scores
  }

  @Test func theReasonSaysWhatWasPredicted() throws {
    let score = try #require(scores["purchase"])
    var bytes = Array("{\"x\":1".utf8)
    BecauseEncoder(Rule()).append(
      [Fired.Cause(part: .prediction(score), events: ["e"], count: 1)], to: &bytes)
    bytes.append(UInt8(ascii: "}"))
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"x":1,"because":[{"prediction":{"outcome":"purchase","probability":0.31,"#
        + #""sessionMaxProbability":0.72,"quantile":0.81,"sessionMaxQuantile":0.97,"percentile":81,"#
        + #""sessionMaxPercentile":97},"count":1,"events":["e"]}]}"#)
  }

  /// What was made before for outcomes that are predicted is what is made for any other.
  @Test func aSnapshotIsTheSameWhateverWasMadeBefore() throws {
    let values = try Fixture.names("web").map { try Fixture.bytes($0) }
    let session = try #require(try Decoding().sessions(values, .web).first)
    session.rules.scores = scores
    session.rules.scores.take("a\"b", probability: 1, quantile: 0)
    session.rules.scores.take("signup", probability: 999_999, quantile: 10_000)
    func snapshot(_ predicted: [String]) -> String {
      var bytes: [UInt8] = []
      SnapshotEncoder(settings: SessionSettings(), names: DisplayNames(), predicted: predicted)
        .encode(session, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    let plain = snapshot([])
    #expect(
      plain.contains(
        #"{"outcome":{"id":"a\"b","selfUri":"/api/v2/journey/outcomes/a\"b"},"probability":0.000001,"#
          + #""sessionMaxProbability":0.000001,"quantile":0,"sessionMaxQuantile":0,"percentile":0,"#
          + #""sessionMaxPercentile":0},{"outcome":{"id":"signup","#))
    for predicted in [
      ["purchase", "a\"b", "signup"], ["signup"], ["signup", "purchase", "a\"b"], ["other", "a\"b"],
    ] { #expect(snapshot(predicted) == plain) }
  }

  @Test func scoresAreStoredBesideTheStateOfRules() throws {
    let values = try Fixture.names("web").map { try Fixture.bytes($0) }
    let session = try #require(try Decoding().sessions(values, .web).first)
    let without = StateCodec.encoded(session)
    session.rules.scores = scores
    let with = StateCodec.encoded(session)
    #expect(with.count > without.count)
    let read = try #require(StateCodec.decode(with).session)
    #expect(read.rules.scores == scores)
    #expect(StateCodec.encoded(read) == with)
    session.rules.scores = SessionScores()
    #expect(StateCodec.encoded(session) == without)
  }

  @Test func damagedScoresAreAnError() throws {
    let values = try Fixture.names("web").map { try Fixture.bytes($0) }
    let session = try #require(try Decoding().sessions(values, .web).first)
    session.rules.scores = scores
    var bytes = StateCodec.encoded(session)
    let place = try #require(bytes.indices.last { bytes[$0...].starts(with: "purchase".utf8) })
    // The state's byte, behind the outcome.
    bytes[place + 8] = 9
    #expect(throws: CodecError.self) { try StateCodec.decode(bytes) }
  }
}
