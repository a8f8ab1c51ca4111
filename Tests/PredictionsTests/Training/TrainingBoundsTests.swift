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

  /// Of the even sessions, which have token 1, four in five achieve the outcome, of the odd ones, which have
  /// token 2, one.
  private func isAchieving(_ number: Int) -> Bool {
    number % 2 == 0 ? number % 10 != 0 : number % 10 == 1
  }

  /// Sessions with one event each that have these tokens besides.
  private func examples(_ count: Int, _ tokens: (Int) -> [Token]) -> [Example] {
    (0..<count).map { number in
      var sets = SetsWriter()
      let mark = Token(bits: number % 2 == 0 ? 1 : 2)
      sets.append((tokens(number) + (mark.map { [$0] } ?? [])).sorted())
      let start = Int64(number) * 1_000
      return Example(
        startedAt: time(start), closedAt: time(start), achievedAt: [isAchieving(number) ? 2 : 0],
        sets: sets.sets)
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

  /// Beside these tokens there are the two of all sessions and a rare one, which is the first to go.
  @Test(arguments: [58, 59, 60])
  func theVocabularyIsBounded(tokens: Int) {
    var settings = TrainingSettings()
    settings.maxTokens = 62
    settings.regularization = 0.01
    var generator = SeededGenerator(seed: 1)
    let rare = Feature(.last, 9).token
    var left = 25
    let examples = examples(2_000) { number in
      var some = (0..<tokens).compactMap { generator.chance(30) ? Token(bits: 1_000 + UInt32($0)) : nil }
      if isAchieving(number), number % 7 == 0, left > 0 {
        left -= 1
        some.append(rare)
      }
      return some
    }
    guard case .published(let model) = train(examples, settings).decision else {
      return #expect(Bool(false), "no model")
    }
    #expect(model.rows.count <= 62)
    #expect(model.rows.contains { $0.token == rare } == (tokens + 3 <= 62))
  }

  @Test(arguments: [(249, 5), (250, 5), (300, 6), (999, 19), (1_000, 20), (3_000, 20)])
  func supportGrowsWithTheSessions(sessions: Int, support: Int) {
    // The last fit is to all sessions. A token that one session fewer has is left out.
    for shortBy in [0, 1] {
      var left = support - shortBy
      let examples = examples(sessions) { number in
        guard left > 0, isAchieving(number) else { return [] }
        left -= 1
        return [Feature(.last, 9).token]
      }
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
