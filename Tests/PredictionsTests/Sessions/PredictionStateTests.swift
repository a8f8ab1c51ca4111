import JourneyModel
import Predictions
import SeededGenerator
import Testing

/// What a session keeps for predictions: stored bytes, the example in the making, merges.
@Suite struct PredictionStateTests {
  private func encoded(_ state: PredictionState) -> [UInt8] {
    var bytes: [UInt8] = []
    state.encode(to: &bytes)
    return bytes
  }

  /// A session of so many events; its outcomes are achieved with some of them.
  private func sample(_ seed: UInt64, events: Int, hasDraft: Bool = true) -> PredictionState {
    var generator = SeededGenerator(seed: seed)
    let state = PredictionState(draft: hasDraft ? ExampleDraft(predictors: seed, count: 3) : nil)
    var collector = TokenCollector()
    for index in 0..<events {
      state.features.note(page: path("/\(letters(Int(generator.pick(0...30))))/b"))
      state.features.note(event: UInt32(generator.pick(1...9)), at: time(Int64(index) * 7_000))
      collector.take(state)
      if generator.chance(10) {
        state.draft?.achieve(Int(generator.pick(0...2)), isTaken: generator.chance(50))
      }
    }
    return state
  }

  @Test func readsWhatItWrites() throws {
    for seed in UInt64(0)..<100 {
      let state = sample(seed, events: Int(seed), hasDraft: seed % 3 != 0)
      let again = try #require(try PredictionState.decode(encoded(state)))
      #expect(again.features == state.features)
      #expect(again.draft == state.draft)
      #expect(encoded(again) == encoded(state))
      // What it weighs decides which sessions leave memory, so a restore must not change it.
      #expect(again.byteCount == state.byteCount)
    }
  }

  @Test func damagedBytesAreRefusedAndNeverTrap() {
    let bytes = encoded(sample(7, events: 30))
    for count in bytes.indices {
      #expect(throws: PredictionFormError.self) { try PredictionState.decode(Array(bytes[..<count])) }
    }
    #expect(throws: PredictionFormError.self) { try PredictionState.decode(bytes + [0]) }
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<5_000 {
      var damaged = bytes
      damaged[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(generator.pick(0...255))
      if let state = try? PredictionState.decode(damaged) { #expect(encoded(state).count > 0) }
    }
  }

  @Test func otherFeaturesSayNothing() throws {
    var bytes = encoded(sample(1, events: 3))
    // Version, count of the features' bytes, their form's version, their own.
    #expect(Array(bytes[2...3]) == [1, 1])
    bytes[3] = 9
    #expect(try PredictionState.decode(bytes) == nil)
  }

  /// An outcome comes with the first, the last counted and a later event, taken by a prediction or not.
  @Test(arguments: [
    (1, true, 1), (1, false, 2), (64, true, 64), (64, false, 65), (65, true, 65), (90, true, 65),
  ])
  func saysWithWhichEventItWasAchieved(events: Int, isTaken: Bool, position: UInt16) throws {
    let state = sample(2, events: 0)
    var collector = TokenCollector()
    for index in 0..<events {
      state.features.note(event: 1, at: time(Int64(index)))
      collector.take(state)
    }
    state.draft?.achieve(1, isTaken: isTaken)
    state.draft?.achieve(1, isTaken: true)
    state.draft?.achieve(3, isTaken: true)
    #expect(state.draft?.achievedAt == [0, position, 0])
    let example = try #require(state.draft?.example(from: time(5), to: time(6)))
    #expect(example.sets.count == min(events, TokenSets.maxSets))
    #expect(example.achievedAt == [0, position, 0])
    let again = try PredictionState.decode(encoded(state))
    #expect(again?.draft == state.draft)
  }

  @Test func whatWasNeverPredictedIsNoExample() {
    var draft = ExampleDraft(predictors: 1, count: 1)
    draft.achieve(0, isTaken: false)
    #expect(draft.achievedAt == [1])
    #expect(draft.example(from: time(0), to: time(1)) == nil)
  }

  @Test func nobodyLearnsFromWhatWasMerged() {
    let (one, other) = (sample(1, events: 4), sample(2, events: 5))
    one.merge(other)
    #expect(one.draft == nil)
    #expect(one.features.eventCount == 9)
  }
}

extension TokenCollector {
  /// Takes what a session is like now, whatever has changed.
  fileprivate mutating func take(_ state: PredictionState) {
    var changes = FeatureChanges()
    follow(state, &changes, segments: [])
  }
}
