import Predictions
import SeededGenerator
import Testing

/// Tokens of one session after another, by one collector.
@Suite struct TokenCollectorTests {
  private func told(_ state: FeatureState, _ segments: [UInt32]) -> [Token] {
    var tokens: Set<Token> = []
    state.forEachFeature(segments: segments) { tokens.insert($0.token) }
    return tokens.sorted()
  }

  /// Longer and shorter ones in turn: nothing of the session before is left.
  @Test func collectsEachOnceAscending() {
    var collector = TokenCollector()
    for seed in UInt64(0)..<400 {
      var generator = SeededGenerator(seed: seed)
      var state = FeatureState()
      for index in 0..<Int(generator.pick(0...80)) {
        state.note(event: UInt32(generator.pick(1...40)), at: time(Int64(index) * generator.pick(0...9_000)))
        state.note(page: path("/\(letters(Int(generator.pick(0...30))))/b"))
        state.set(generator.pick(FactSlot.allCases), UInt32(generator.pick(0...9)))
        state.set(attribute: UInt32(generator.pick(0...30)), .number(Magnitude(Double(index) - 7)!))
      }
      // Some come twice.
      let segments = (0..<generator.pick(0...40)).map { _ in UInt32(generator.pick(0...60)) }
      let tokens = collector.tokens(of: state, segments: segments)
      #expect(tokens == told(state, segments))
      #expect(tokens.count <= TokenSets.maxTokens)
    }
  }

  @Test func takesAsManyFeaturesAsThereCanBe() {
    var state = FeatureState()
    for number in 0..<200 { state.note(event: UInt32(number), at: time(Int64(number) * 1_000)) }
    for number in 0..<40 { state.note(page: path("/\(letters(number))/b/c")) }
    for slot in FactSlot.allCases { state.set(slot, 7) }
    for number in 0..<40 { state.set(attribute: UInt32(number), .number(Magnitude(3)!)) }
    let segments = (1...40).map { UInt32($0) }
    var count = 0
    state.forEachFeature(segments: segments) { _ in count += 1 }
    #expect(count == FeatureLimits.features)
    var collector = TokenCollector()
    #expect(collector.tokens(of: state, segments: segments) == told(state, segments))
  }
}
