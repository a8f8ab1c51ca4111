import JourneyModel
import SeededGenerator
import Testing

@testable import Predictions

/// Contributions by subject: they add up, to the unit.
@Suite struct ContributionsTests {
  private func total(_ rows: [Contributions.Row]) -> Int32 { rows.reduce(0) { $0 + $1.weight } }

  private func weight(_ subject: Contributions.Subject, _ rows: [Contributions.Row]) -> Int32 {
    rows.first { $0.subject == subject }?.weight ?? 0
  }

  private func explanation(
    _ rows: [(Feature, Int16)], _ state: FeatureState, bias: Int32 = 7
  ) -> Explanation {
    var weights: [Token: Int16] = [:]
    for (feature, weight) in rows where weight != 0 { weights[feature.token] = weight }
    let sorted = weights.sorted { $0.key < $1.key }.map { OutcomeModel.Row(token: $0.key, weight: $0.value) }
    return Explanation(Scorer(ModelTable([.plain(sorted, bias: bias)])), outcome: 0, of: state)
  }

  private func state(_ names: [String]) -> FeatureState {
    var state = FeatureState()
    for (index, name) in names.enumerated() {
      state.note(event: Mixing.digest(name), at: time(Int64(index) * 1_000))
    }
    return state
  }

  @Test func biasAndRowsAddUpToTheRawScore() {
    let names = ["view", "cart", "pay", "help", "chat", "search", "login", "zoom", "size"]
    var rowsSeen = 0
    for seed in UInt64(0)..<100 {
      var generator = SeededGenerator(seed: seed)
      var known = Set<Token>()
      for _ in 0..<20 { for set in Story.random(&generator).sets { known.formUnion(set) } }
      let scorer = Scorer(
        ModelTable([.random(known.sorted(), &generator), .random(known.sorted(), &generator)]))
      var state = FeatureState()
      var earlier = Explanation(scorer, outcome: 1, of: state)
      for index in 0..<25 {
        state.note(event: Mixing.digest(generator.pick(names)), at: time(Int64(index) * 9_000))
        if generator.chance(30) { state.note(page: path("/shop/\(generator.pick(names))")) }
        if generator.chance(20) {
          state.set(
            attribute: Mixing.digest("price"),
            Magnitude(Double(generator.pick(1...500))).map { .number($0) } ?? .text(1))
        }
        let explanation = Explanation(scorer, outcome: 1, of: state, segments: [3, 4])
        let sum = scorer.sums(state.tokens(segments: [3, 4]))[1]
        let contributions = Contributions(explanation)
        #expect(contributions.sum == sum)
        #expect(contributions.bias + total(contributions.rows) == sum)
        #expect(Set(contributions.rows.map(\.subject)).count == contributions.rows.count)
        #expect(contributions.rows.allSatisfy { $0.weight != 0 })
        #expect(
          zip(contributions.rows, contributions.rows.dropFirst()).allSatisfy {
            $0.weight.magnitude >= $1.weight.magnitude
          })
        let moved = Contributions.rows(of: explanation.changes(since: earlier))
        #expect(total(moved) == explanation.sum - earlier.sum)
        rowsSeen += contributions.rows.count
        earlier = explanation
      }
    }
    #expect(rowsSeen > 10_000)
  }

  /// Every threshold of how often a name has come, one event below it, at it, and one above it.
  @Test(arguments: Steps.counts.indices)
  func thresholdsOfANameAreOneRow(bucket: Int) {
    let name = Mixing.digest("cart")
    let weights = Steps.counts.indices.map { Int16(100 * ($0 + 1)) }
    let rows = weights.enumerated().map { (Feature(.count, name, UInt32($0.offset)), $0.element) }
    for count in (Steps.counts[bucket] - 1)...(Steps.counts[bucket] + 1) {
      let explanation = explanation(
        rows, state(["view"] + Array(repeating: "cart", count: count)))
      let expected = Steps.counts.lastIndex { $0 <= count }.map { weights[$0] }
      let contributions = Contributions(explanation)
      #expect(contributions.rows.count == (expected == nil ? 0 : 1))
      #expect(weight(.events(name), contributions.rows) == Int32(expected ?? 0))
      #expect(contributions.sum == 7 + Int32(expected ?? 0))
    }
  }

  /// Every step of how many events there are, one event below it, at it, and one above it.
  @Test(arguments: Steps.positions.indices)
  func stepsOfPositionsAreTold(step: Int) {
    let rows = Steps.positions.indices.map { (Feature(.position, UInt32($0)), Int16($0 + 1)) }
    for count in max(Steps.positions[step] - 1, 1)...(Steps.positions[step] + 1) {
      let contributions = Contributions(
        explanation(rows, state(Array(repeating: "view", count: count))))
      let index = Steps.positions.lastIndex { $0 <= count } ?? 0
      #expect(
        contributions.rows == [
          .init(subject: .feature(Feature(.position, UInt32(index))), weight: Int32(index + 1))
        ])
    }
  }

  @Test(arguments: [-32_768, -3, -2, -1, 1, 2, 3, 32_767] as [Int16])
  func aPairIsSharedToTheUnit(pair: Int16) {
    let (view, cart) = (Mixing.digest("view"), Mixing.digest("cart"))
    let (first, second) = (min(view, cart), max(view, cart))
    let rows = Contributions(explanation([(Feature(.pair, first, second), pair)], state(["view", "cart"])))
      .rows
    let half = Int32(pair) / 2
    #expect(weight(.events(second), rows) == half)
    #expect(weight(.events(first), rows) == Int32(pair) - half)
    #expect(total(rows) == Int32(pair))
    // The odd unit is the first one's, whichever sign it has.
    #expect(weight(.events(first), rows).magnitude >= weight(.events(second), rows).magnitude)
  }

  @Test func aNameHasItsCountAndItsHalves() {
    let (view, cart) = (Mixing.digest("view"), Mixing.digest("cart"))
    let (first, second) = (min(view, cart), max(view, cart))
    let rows = Contributions(
      explanation(
        [
          (Feature(.pair, first, second), 9), (Feature(.count, first, 0), 100),
          (Feature(.count, second, 0), 200), (Feature(.last, cart), 1),
        ], state(["view", "cart"]))
    ).rows
    #expect(
      rows == [
        .init(subject: .events(second), weight: 204), .init(subject: .events(first), weight: 105),
        .init(subject: .feature(Feature(.last, cart)), weight: 1),
      ])
  }

  @Test func whatCancelsOutIsNoRow() {
    let (view, cart) = (Mixing.digest("view"), Mixing.digest("cart"))
    let (first, second) = (min(view, cart), max(view, cart))
    let contributions = Contributions(
      explanation(
        [(Feature(.pair, first, second), 10), (Feature(.count, second, 0), -5)], state(["view", "cart"])))
    #expect(contributions.rows == [.init(subject: .events(first), weight: 5)])
    #expect(contributions.sum == 12)
  }

  /// No bias that a model's bytes can say ends the process.
  @Test(arguments: [Int32.max, Int32.min])
  func anyBiasIsTaken(bias: Int32) {
    let explanation = explanation(
      [(Feature(.last, Mixing.digest("view")), bias < 0 ? -1 : 1)], state(["view"]), bias: bias)
    #expect(Contributions(explanation).sum == (bias < 0 ? .max : .min))
  }

  @Test func aNumberIsOneRow() {
    var state = state(["view"])
    let price = Mixing.digest("price")
    guard let magnitude = Magnitude(40) else { return #expect(Bool(false), "no magnitude") }
    state.set(attribute: price, .number(magnitude))
    var features: [(Feature, Int16)] = []
    state.forEachFeature { feature in
      if feature.family == .octave { features.append((feature, 30)) }
      if feature.family == .quarter { features.append((feature, -10)) }
    }
    #expect(features.count == 2)
    #expect(
      Contributions(explanation(features, state)).rows == [.init(subject: .number(price), weight: 20)])
  }
}
