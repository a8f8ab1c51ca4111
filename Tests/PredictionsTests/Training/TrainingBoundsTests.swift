import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// What a window may bring, and what a model may become.
@Suite struct TrainingBoundsTests {
  private func train(_ examples: [Example], _ settings: TrainingSettings) -> TrainingResult {
    Trainer(settings).train(Shop.purchase, on: Shop.window(examples, settings), current: nil)
  }

  /// Sessions with one event each that have these tokens; a third achieve the outcome, those with token 1 more
  /// often.
  private func examples(_ count: Int, _ tokens: (Int) -> [Token]) -> [Example] {
    (0..<count).map { number in
      var sets = TokenSets()
      let isLikely = number % 2 == 0
      let mark = isLikely ? Token(bits: 1) : Token(bits: 2)
      sets.append((tokens(number) + (mark.map { [$0] } ?? [])).sorted())
      let start = Int64(number) * 1_000
      return Example(
        startedAt: time(start), closedAt: time(start),
        achievedAt: [number % 3 == 0 || isLikely && number % 5 == 0 ? 2 : 0], sets: sets)
    }
  }

  @Test func aMillionDistinctPagesAreNoModel() {
    var bits: UInt32 = 1_000
    let examples = examples(20_000) { _ in
      (0..<50).compactMap { _ in
        bits += 1
        return Token(bits: bits)
      }
    }
    #expect(bits == 1_001_000)
    guard case .published(let model) = train(examples, TrainingSettings()).decision else {
      return #expect(Bool(false), "no model")
    }
    #expect(model.rows.count == 2)
    #expect(model.bytes.count < 30_000)
  }

  @Test(arguments: [59, 60, 61])
  func theVocabularyIsBounded(tokens: Int) {
    var settings = TrainingSettings()
    settings.maxTokens = 62
    settings.regularization = 0.01
    // All are in many sessions, each in other ones.
    let examples = examples(2_000) { number in
      (0..<tokens).compactMap { (number / 7 + $0 * $0) % 3 == 0 ? Token(bits: 1_000 + UInt32($0)) : nil }
    }
    guard case .published(let model) = train(examples, settings).decision else {
      return #expect(Bool(false), "no model")
    }
    #expect(model.rows.count <= min(tokens + 2, 62))
    #expect(tokens > 60 || model.rows.count > 3)
  }

  @Test(arguments: [(249, 5), (250, 5), (300, 6), (999, 19), (1_000, 20), (50_000, 20)])
  func supportGrowsWithTheSessions(sessions: Int, support: Int) {
    // Train on all but a fifth; the last fit is to all of them. A token in one session less is left out.
    for shortBy in [0, 1] {
      var left = support - shortBy
      let examples = examples(min(sessions, 1_500)) { number in
        guard left > 0, number % 2 == 0 else { return [] }
        left -= 1
        return [Feature(.last, 9).token]
      }
      guard sessions <= 1_500 else { continue }
      var settings = TrainingSettings()
      settings.regularization = 0.01
      guard case .published(let model) = train(examples, settings).decision else {
        return #expect(Bool(false), "no model of \(sessions)")
      }
      let isThere = model.rows.contains { $0.token == Feature(.last, 9).token }
      #expect(isThere == (shortBy == 0), "\(sessions), \(support - shortBy)")
    }
  }

  @Test(arguments: [499, 500, 501])
  func theWindowIsBounded(count: Int) {
    var settings = TrainingSettings()
    settings.maxSessions = 500
    let window = Shop.window(examples(count) { _ in [] }, settings)
    #expect(window.count == min(count, 500))
  }

  @Test(arguments: [-1, 0, 1])
  func theWindowHasAnAge(beyond: Int64) {
    var settings = TrainingSettings()
    settings.maxAge = .seconds(100)
    // A second apart: from 0 to 100 s, and one so much before.
    var examples = examples(101) { _ in [] }
    examples[0].startedAt = time(0)
    for index in examples.indices {
      examples[index].startedAt = time(Int64(index) * 1_000 + 10)
      examples[index].closedAt = examples[index].startedAt
    }
    examples[0].startedAt = time(10 - beyond)
    examples[0].closedAt = time(10 - beyond)
    #expect(Shop.window(examples, settings).count == (beyond > 0 ? 100 : 101))
  }

  @Test(arguments: [-1, 0, 1])
  func sessionsThatBeganTooLateAreLeftOut(beyond: Int64) {
    // All take 60 s, so that what began less than 60 s before the newest end is not mature.
    var examples = examples(100) { _ in [] }
    for index in examples.indices {
      examples[index].startedAt = time(Int64(index) * 1_000)
      examples[index].closedAt = time(Int64(index) * 1_000 + 60_000)
    }
    let last = Int64(99) * 1_000 + 60_000
    examples[50].startedAt = time(last - 60_000 + beyond)
    examples[50].closedAt = time(last)
    #expect(Shop.window(examples).immature == (beyond > 0 ? 1 : 0))
  }
}
