import JourneyModel
import Predictions
import SeededGenerator
import Testing

/// What is kept of a session, and the features that follow.
@Suite struct FeatureStateTests {
  private func state(_ names: [String], every milliseconds: Int64 = 1_000) -> FeatureState {
    var state = FeatureState()
    for (index, name) in names.enumerated() {
      state.note(event: Mixing.digest(name), at: time(Int64(index) * milliseconds))
    }
    return state
  }

  private func features(_ state: FeatureState, segments: [UInt32] = []) -> [Feature] {
    var features: [Feature] = []
    state.forEachFeature(segments: segments) { features.append($0) }
    return features
  }

  @Test func aSessionWithoutEventsHasNone() { #expect(features(FeatureState()).isEmpty) }

  @Test func saysWhatHasHappened() {
    let (view, cart) = (Mixing.digest("view"), Mixing.digest("cart"))
    var state = state(["view", "view", "cart"], every: 3_000)
    state.set(.country, Mixing.digest("DE"))
    let features = Set(features(state, segments: [7]))
    #expect(
      features == [
        Feature(.fact, UInt32(FactSlot.country.rawValue), Mixing.digest("DE")),
        Feature(.fact, UInt32(FactSlot.weekday.rawValue), 4), Feature(.fact, UInt32(FactSlot.hours.rawValue)),
        Feature(.count, view, 1), Feature(.count, cart, 0), Feature(.last, cart),
        Feature(.bigram, view, cart),
        Feature(.gap, 2), Feature(.elapsed, 3), Feature(.position, 2),
        Feature(.pair, min(view, cart), max(view, cart)), Feature(.segment, 7),
      ])
  }

  @Test func theFirstEventHasNoOneBeforeIt() {
    let features = features(state(["view"]))
    #expect(features.contains(Feature(.bigram, 0, Mixing.digest("view"))))
    #expect(features.contains(Feature(.gap, 0)))
    #expect(features.contains(Feature(.elapsed, 0)))
  }

  @Test func aLateEventTakesNoTimeBack() {
    var state = state(["view"])
    state.note(event: 1, at: time(60_000))
    state.note(event: 1, at: time(10_000))
    #expect(features(state).contains(Feature(.gap, 0)))
    #expect(features(state).contains(Feature(.elapsed, Steps.octave(milliseconds: 10_000))))
  }

  @Test(arguments: [23, 24, 25, 200])
  func namesAreBounded(count: Int) {
    let state = state((0..<count).map { "name \($0)" })
    #expect(state.names.count == min(count, FeatureLimits.names))
    #expect(Int(state.otherNames) == max(0, count - FeatureLimits.names))
    let counted = features(state).filter { $0.family == .count }
    #expect(counted.count == min(count, 25))
    #expect(features(state).filter { $0.family == .pair }.count == 28)
  }

  @Test(arguments: [7, 8, 9])
  func pairsAreBounded(count: Int) {
    let state = state((0..<count).map { "name \($0)" })
    let paired = min(count, FeatureLimits.pairedNames)
    #expect(features(state).filter { $0.family == .pair }.count == paired * (paired - 1) / 2)
  }

  @Test(arguments: [15, 16, 17])
  func attributesAreBounded(count: Int) {
    var state = state(["view"])
    for name in 0..<count { state.set(attribute: UInt32(name), .text(1)) }
    #expect(features(state).filter { $0.family == .attribute }.count == min(count, 16))
    state.set(attribute: 0, .text(2))
    #expect(features(state).contains(Feature(.attribute, 0, 2)))
    #expect(!features(state).contains(Feature(.attribute, 0, 1)))
  }

  @Test(arguments: [15, 16, 17])
  func pagesAreBounded(count: Int) {
    var state = state(["view"])
    for page in 0..<count { state.note(page: path("/\(letters(page))")) }
    let seen = features(state).filter { $0.family == .seen }
    #expect(seen.count == min(count, FeatureLimits.seenPrefixes))
    #expect(features(state).filter { $0.family == .page }.count == 1)
  }

  @Test(arguments: [31, 32, 33])
  func segmentsAreBounded(count: Int) {
    let features = features(state(["view"]), segments: (0..<count).map { UInt32($0) })
    #expect(features.filter { $0.family == .segment }.count == min(count, FeatureLimits.segments))
  }

  @Test func nothingHasMoreFeaturesThanStated() {
    var state = state((0..<300).map { "name \($0)" })
    for name in 0..<100 { state.set(attribute: UInt32(name), .number(Magnitude(Double(name) + 1)!)) }
    for page in 0..<100 { state.note(page: path("/\(letters(page))/b/c")) }
    for slot in FactSlot.allCases { state.set(slot, 5) }
    let features = features(state, segments: (0..<100).map { UInt32($0) })
    #expect(features.count == FeatureLimits.features)
    #expect(Set(features).count == features.count)
  }

  @Test func aFactCanBeTakenBack() {
    var state = state(["view"])
    state.set(.country, 1)
    state.set(.deviceType, 2)
    state.set(.country, 3)
    #expect(state.facts.map(\.slot) == [.deviceType, .country])
    state.set(.country, nil)
    state.set(.region, nil)
    #expect(state.facts.map(\.slot) == [.deviceType])
  }

  @Test func countsAddUpInAMerge() {
    var survivor = state(["view", "cart", "view"])
    let other = state(["view", "pay"])
    survivor.merge(other)
    let view = survivor.names.first { $0.name == Mixing.digest("view") }
    #expect(view?.count == 3)
    #expect(survivor.eventCount == 5)
    #expect(survivor.lastName == Mixing.digest("view"))
    var empty = FeatureState()
    empty.merge(other)
    #expect(empty == other)
    survivor.merge(FeatureState())
    #expect(survivor.eventCount == 5)
  }

  /// The leak property: whatever comes later changes nothing that was said before.
  @Test func laterEventsChangeNoEarlierSet() {
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let story = Story.random(&generator)
      let other = Story.random(&generator)
      let cut = Int.random(in: 1...story.events.count, using: &generator)
      var mixed = story
      mixed.events = Array(story.events.prefix(cut)) + other.events
      #expect(story.sets.prefix(cut) == mixed.sets.prefix(cut))
    }
  }

  @Test func tokensAscendAndComeOnce() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      for set in Story.random(&generator).sets {
        #expect(zip(set, set.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
  }
}
