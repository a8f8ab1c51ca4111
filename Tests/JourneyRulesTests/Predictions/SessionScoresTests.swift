import JourneyRules
import Testing

/// What a session keeps of its scores.
@Suite struct SessionScoresTests {
  private func encoded(_ scores: SessionScores) -> [UInt8] {
    var bytes: [UInt8] = []
    scores.encode(to: &bytes)
    return bytes
  }

  private var sample: SessionScores {
    var scores = SessionScores()
    scores.take("purchase", probability: 720_000, quantile: 9_700)
    scores.take("purchase", probability: 310_000, quantile: 8_100)
    scores.take("support", probability: 5, quantile: 0)
    scores.achieve("support")
    scores.take("download", probability: 400_000, quantile: 5_050)
    if let place = scores.place(of: "download") { scores.lapse(at: place) }
    return scores
  }

  @Test func theHighestStays() throws {
    let score = try #require(sample["purchase"])
    #expect((score.probability, score.maxProbability) == (310_000, 720_000))
    #expect((score.quantile, score.maxQuantile) == (8_100, 9_700))
    #expect((score.percentile, score.maxPercentile) == (81, 97))
    #expect(score.state == .current)
  }

  @Test func anAchievedOutcomeIsFrozen() throws {
    var scores = sample
    scores.take("support", probability: 999_999, quantile: 10_000)
    if let place = scores.place(of: "support") { scores.lapse(at: place) }
    let score = try #require(scores["support"])
    #expect(score.probability == 5)
    #expect(score.maxProbability == 5)
    #expect(score.state == .achieved)
    scores.achieve("never scored")
    #expect(scores["never scored"] == nil)
  }

  /// Several at once are as one after the other.
  @Test func updatesAreTakenAtTheirPlaces() {
    var (one, other) = (sample, sample)
    let updates = [
      SessionScores.Update(place: 2, probability: 410_000, quantile: 10),
      SessionScores.Update(place: 0, probability: 900_000, quantile: 9_000),
      SessionScores.Update(place: 1, probability: 999_999, quantile: 10_000),
    ]
    one.update(updates.span)
    for update in updates {
      let outcome = other.scores[Int(update.place)].outcome
      other.take(outcome, probability: update.probability, quantile: update.quantile)
    }
    #expect(one == other)
    #expect(one.scores.map(\.state) == [.current, .achieved, .current])
    #expect(one.append("chat", probability: 1, quantile: 2) == 3)
    #expect(one["chat"]?.probability == 1)
  }

  @Test(arguments: [15, 16, 17])
  func thereIsABound(count: Int) {
    var scores = SessionScores()
    for number in 0..<count { scores.take("o\(number)", probability: 1, quantile: 0) }
    #expect(scores.scores.count == min(count, SessionScores.maxOutcomes))
    #expect((scores.append("other", probability: 1, quantile: 0) == nil) == (count >= 16))
    scores.take("o0", probability: 2, quantile: 0)
    #expect(scores["o0"]?.probability == 2)
  }

  @Test func inAMergeTheHigherOnesStay() throws {
    var survivor = SessionScores()
    survivor.take("purchase", probability: 100, quantile: 9_900)
    survivor.take("support", probability: 7, quantile: 3)
    survivor.merge(sample)
    let purchase = try #require(survivor["purchase"])
    #expect(purchase.probability == 100)
    #expect((purchase.maxProbability, purchase.maxQuantile) == (720_000, 9_900))
    #expect(purchase.state == .current)
    #expect(survivor["support"]?.state == .achieved)
    #expect(survivor["download"]?.state == .lapsed)
  }

  @Test func readsWhatItWrites() throws {
    #expect(try SessionScores(encoded: encoded(sample)) == sample)
    #expect(try SessionScores(encoded: encoded(SessionScores())) == SessionScores())
  }

  @Test func damagedBytesAreRefusedAndNeverTrap() {
    let bytes = encoded(sample)
    for count in 0..<bytes.count {
      #expect(throws: RuleStateError.self) { try SessionScores(encoded: Array(bytes.prefix(count))) }
    }
    #expect(throws: RuleStateError.self) { try SessionScores(encoded: bytes + [0]) }
    for place in bytes.indices {
      for value in UInt8.min...UInt8.max {
        var damaged = bytes
        damaged[place] = value
        if let read = try? SessionScores(encoded: damaged) { #expect(read.scores.count <= 16) }
      }
    }
  }
}
