import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// Examples as bytes.
@Suite struct TokenSetsTests {
  private func sets(_ sets: TokenSets) -> [[Token]] {
    var result: [[Token]] = []
    sets.forEach { position, tokens in
      #expect(position == result.count + 1)
      result.append(copy tokens)
    }
    return result
  }

  @Test func tellsWhatWasAppended() throws {
    for seed in UInt64(0)..<200 {
      var generator = SeededGenerator(seed: seed)
      let story = Story.random(&generator)
      let kept = story.tokenSets
      #expect(sets(kept) == story.sets)
      let again = try TokenSets(bytes: kept.bytes, count: kept.count)
      #expect(again == kept)
    }
  }

  @Test func emptySetsAreSets() {
    var kept = SetsWriter()
    #expect(sets(kept.sets).isEmpty)
    kept.append([])
    kept.append(Feature(.last, 1).token.bits > 0 ? [Feature(.last, 1).token] : [])
    kept.append([])
    #expect(sets(kept.sets).map(\.count) == [0, 1, 0])
  }

  @Test(arguments: [63, 64, 65])
  func haveABound(count: Int) {
    var kept = SetsWriter()
    for number in 0..<count { kept.append([Feature(.position, UInt32(number)).token]) }
    #expect(kept.sets.count == min(count, TokenSets.maxSets))
    #expect(sets(kept.sets).count == kept.sets.count)
  }

  /// As many tokens as a set can have, and then as many others.
  @Test func theLargestDifferenceIsKept() throws {
    var kept = SetsWriter()
    let all = (0..<2 * TokenSets.maxTokens).compactMap { Token(bits: UInt32($0) * 7 + 1) }
    let parts = [0, 1].map { part in all.indices.filter { $0 % 2 == part }.map { all[$0] } }
    for number in 0..<4 { kept.append(parts[number % 2]) }
    kept.append(Array(parts[0].suffix(1)))
    #expect(sets(kept.sets) == [parts[0], parts[1], parts[0], parts[1], Array(parts[0].suffix(1))])
    #expect(try TokenSets(bytes: kept.sets.bytes, count: 5) == kept.sets)
  }

  @Test func recordsReadWhatTheyWrite() throws {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<50 {
      let record = ExampleRecord.random(&generator)
      let again = try ExampleRecord(bytes: record.bytes)
      #expect(again == record)
      #expect(again.bytes == record.bytes)
    }
  }

  /// What builds from before wrote, they still read, and what they wrote is read.
  @Test func whereEverySessionIsLearnedFromTheFormIsTheFirst() throws {
    var record = ExampleRecord(outcomes: [], examples: [])
    #expect(record.bytes == [1, Feature.version, 0, 0])
    #expect(try ExampleRecord(bytes: record.bytes).every == 1)
    record.every = 8
    #expect(record.bytes == [2, Feature.version, 3, 0, 0])
    #expect(try ExampleRecord(bytes: record.bytes).every == 8)
    // One form for each: the second does not say what the first does.
    #expect(throws: PredictionFormError.self) { try ExampleRecord(bytes: [2, Feature.version, 0, 0, 0]) }
    #expect(try ExampleRecord(bytes: [2, Feature.version, 30, 0, 0]).every == 1 << 30)
    #expect(throws: PredictionFormError.self) { try ExampleRecord(bytes: [2, Feature.version, 31, 0, 0]) }
    #expect(throws: PredictionFormError.self) { try ExampleRecord(bytes: [3, Feature.version, 0, 0]) }
  }

  @Test func damagedRecordsAreRefusedAndNeverTrap() {
    var generator = SeededGenerator(seed: 6)
    let bytes = ExampleRecord.random(&generator).bytes
    for count in 0..<bytes.count {
      #expect(throws: PredictionFormError.self) { try ExampleRecord(bytes: Array(bytes.prefix(count))) }
    }
    for _ in 0..<5_000 {
      var damaged = bytes
      damaged[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(truncatingIfNeeded: generator.next())
      if let record = try? ExampleRecord(bytes: damaged) {
        for example in record.examples { example.sets.forEach { _, _ in } }
      }
    }
  }
}

extension ExampleRecord {
  static func random(_ generator: inout SeededGenerator) -> ExampleRecord {
    let outcomes = (0..<Int(generator.pick(0...3))).map { index in
      PredictedOutcome(id: "o\(index)", definition: DefinitionHash(high: generator.next(), low: 1))
    }
    let examples = (0..<Int(generator.pick(1...6))).map { _ in
      let start = generator.pick(0...1_000_000)
      let story = Story.random(&generator, start: start)
      return Example(
        startedAt: time(start), closedAt: time(start + generator.pick(0...1_000_000)),
        achievedAt: outcomes.map { _ in UInt16(generator.pick(0...30)) }, sets: story.tokenSets)
    }
    return ExampleRecord(
      every: 1 << Int(generator.pick(0...12)), outcomes: outcomes, examples: examples)
  }
}
