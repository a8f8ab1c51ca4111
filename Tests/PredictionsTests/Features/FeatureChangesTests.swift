import JourneyModel
import JourneyRules
import SeededGenerator
import Testing

@testable import Predictions

/// Tokens that follow an event are those that are made anew.
@Suite struct FeatureChangesTests {
  /// A lane's part: what it does for each event.
  private struct Follower {
    var changes = FeatureChanges()
    var collector = TokenCollector()
    /// Events whose tokens were not made anew.
    var followed = 0

    /// Takes an event, and compares with what is made anew.
    mutating func take(
      _ state: PredictionState, _ name: UInt32, at milliseconds: Int64, segments: [UInt32] = [],
      isTaken: Bool = true, change: (inout FeatureState) -> Bool = { _ in false }
    ) {
      let before = FeatureMoment(state.features)
      let isWhole = change(&state.features)
      let place = state.features.note(event: name, at: time(milliseconds))
      changes.take(before, state.features, counted: place)
      if isWhole { changes.isWhole = true }
      guard isTaken else { return state.isFollowed = false }
      if state.isFollowed, !changes.isWhole, state.hasSegments(segments) { followed += 1 }
      collector.follow(state, &changes, segments: segments)
      #expect(state.tokens == state.features.tokens(segments: segments))
    }
  }

  /// Sets given one by one, each whole.
  private func whole(_ draft: ExampleDraft?) -> TokenSets? {
    guard let draft else { return nil }
    var sets = SetsWriter()
    draft.sets.forEach { _, tokens in sets.append(copy tokens) }
    return sets.sets
  }

  /// Names, pages, late events, segments, attributes; events that nothing is predicted after; restored
  /// states.
  @Test func tokensFollowAnyHistory() throws {
    var follower = Follower()
    var events = 0
    for seed in UInt64(0)..<400 {
      var generator = SeededGenerator(seed: seed)
      var state = PredictionState(draft: seed % 3 == 0 ? nil : ExampleDraft(predictors: 1, count: 2))
      var now: Int64 = 100_000_000
      var segments: [UInt32] = []
      let names = generator.pick([2, 9, 40] as [Int64])
      for _ in 0..<Int(generator.pick(1...80)) {
        now += generator.pick(0...90_000)
        events += 1
        if generator.chance(4) { segments.append(UInt32(generator.pick(0...50))) }
        if generator.chance(3) { segments = [] }
        let page = generator.chance(60) ? path("/\(letters(Int(generator.pick(0...30))))/b/c") : nil
        let screen = generator.chance(10) ? path("\(letters(Int(generator.pick(0...30))))") : nil
        let attribute = generator.chance(5) ? UInt32(generator.pick(0...20)) : nil
        let late = generator.chance(5) ? generator.pick(0...200_000_000) : 0
        let isTaken = !generator.chance(3)
        let name = UInt32(generator.pick(1...names))
        follower.take(state, name, at: max(now - late, 0), segments: segments, isTaken: isTaken) { features in
          if let page { features.note(page: page) }
          if let screen { features.note(page: screen) }
          if let attribute { features.set(attribute: attribute, .text(7)) }
          return attribute != nil
        }
        if generator.chance(2) {
          var bytes: [UInt8] = []
          state.encode(to: &bytes)
          state = try #require(try PredictionState.decode(bytes))
        }
      }
      #expect(state.draft?.sets == whole(state.draft))
    }
    #expect(follower.followed > events / 2, "\(follower.followed) of \(events)")
  }

  /// The highest counts: from there on they stay.
  @Test func countsAtTheirBoundsAreFollowed() {
    var follower = Follower()
    for (name, others) in [(UInt32(1), false), (UInt32(99), true)] {
      let state = PredictionState()
      if others { for name in UInt32(1)...24 { follower.take(state, name, at: Int64(name)) } }
      follower.take(state, name, at: 100)
      state.features.names[0].count = .max - 1
      state.features.otherNames = .max - 1
      state.isFollowed = false
      for index in 0..<4 { follower.take(state, name, at: 200 + Int64(index)) }
    }
    #expect(follower.followed >= 6)
  }

  /// Features of the same token: an event's name with a page that was seen.
  private static let twins: [(name: UInt32, page: UInt32)] = {
    var generator = SeededGenerator(seed: 1)
    let numbers = (0..<200_000).map { _ in UInt32(generator.pick(1...Int64(UInt32.max))) }
    var names: [Token: UInt32] = [:]
    for number in numbers { names[Feature(.last, number).token] = number }
    return numbers.compactMap { page in
      names[Feature(.seen, page).token].map { (name: $0, page: page) }
    }
  }()

  @Test func featuresOfOneTokenAreOne() throws {
    let twins = FeatureChangesTests.twins
    try #require(twins.count > 1)
    var follower = Follower()
    var repeated = 0
    for seed in UInt64(0)..<200 {
      var generator = SeededGenerator(seed: seed)
      let state = PredictionState(draft: ExampleDraft(predictors: 1, count: 0))
      let (name, page) = twins[Int(generator.pick(0...Int64(twins.count - 1)))]
      let other = twins[Int(generator.pick(0...Int64(twins.count - 1)))].name
      for index in 0..<Int64(40) {
        let seen = generator.chance(10) && !state.features.seen.contains(page)
        follower.take(state, generator.pick([name, other, 5, 6]), at: index * 1_000) { features in
          if seen { features.seen.append(page) }
          return false
        }
        if !state.isFollowed { repeated += 1 }
      }
      #expect(state.draft?.sets == whole(state.draft))
    }
    #expect(repeated > 50 && follower.followed > 1_000)
  }

  /// Sums that follow the tokens, under one set of models after another and none.
  @Test func sumsFollowTheTokens() {
    var follower = Follower()
    for seed in UInt64(0)..<60 {
      var generator = SeededGenerator(seed: seed)
      var all = Set<Token>()
      for _ in 0..<20 { for set in Story.random(&generator).sets { all.formUnion(set) } }
      for name in UInt32(1)...9 { all.insert(Feature(.last, name).token) }
      let sets = (0..<3).map { number in
        ModelSet(
          (0..<(number * 8)).map { _ in OutcomeModel.random(all.sorted(), &generator) })
      }
      let state = PredictionState()
      for index in 0..<Int64(50) {
        follower.take(state, UInt32(generator.pick(1...9)), at: index * generator.pick(0...9_000))
        guard !generator.chance(10) else {
          state.forgetSums()
          continue
        }
        let models = generator.chance(80) ? sets[1] : sets[Int(generator.pick(0...2))]
        #expect(
          state.sums(under: models, following: follower.collector.difference)
            == models.scorer.sums(state.tokens))
      }
    }
  }
}
