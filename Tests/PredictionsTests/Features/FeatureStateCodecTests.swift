import Predictions
import SeededGenerator
import Testing

/// What is kept of a session, as bytes.
@Suite struct FeatureStateCodecTests {
  private func encoded(_ state: FeatureState) -> [UInt8] {
    var bytes: [UInt8] = []
    state.encode(to: &bytes)
    return bytes
  }

  private func sample(_ seed: UInt64) -> FeatureState {
    var generator = SeededGenerator(seed: seed)
    var state = FeatureState()
    for index in 0..<Int(generator.pick(0...60)) {
      state.note(
        event: UInt32(generator.pick(1...40)), at: time(Int64(index) * generator.pick(0...9_000)))
      if generator.chance(50) { state.note(page: path("/\(letters(Int(generator.pick(0...30))))/b")) }
      state.set(generator.pick(FactSlot.allCases), UInt32(generator.pick(0...9)))
      let value: FeatureState.AttributeValue =
        if let magnitude = Magnitude(Double(generator.pick(-50...50)) / 7), generator.chance(50) {
          .number(magnitude)
        } else {
          .text(UInt32(generator.pick(0...9)))
        }
      state.set(attribute: UInt32(generator.pick(0...30)), value)
    }
    return state
  }

  @Test func readsWhatItWrites() throws {
    for seed in UInt64(0)..<300 {
      let state = sample(seed)
      let again = try #require(try FeatureState.decode(encoded(state)))
      #expect(again == state)
      #expect(again.tokens() == state.tokens())
      #expect(encoded(again) == encoded(state))
    }
  }

  /// Twenty-four names, sixteen pages, all facts and attributes.
  @Test func hasABound() {
    let most = (UInt64(0)..<300).map { encoded(sample($0)).count }.max() ?? 0
    #expect(most > 300)
    #expect(most <= 600)
  }

  @Test func otherFeaturesSayNothing() throws {
    var bytes = encoded(sample(1))
    bytes[1] = 9
    #expect(try FeatureState.decode(bytes) == nil)
  }

  @Test func damagedBytesAreRefusedAndNeverTrap() {
    let bytes = encoded(sample(7))
    for count in 0..<bytes.count {
      #expect(throws: PredictionFormError.self) { try FeatureState.decode(Array(bytes.prefix(count))) }
    }
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      var damaged = bytes
      damaged[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(truncatingIfNeeded: generator.next())
      if let state = try? FeatureState.decode(damaged) {
        #expect(state.tokens().count <= FeatureLimits.features)
      }
    }
  }
}
