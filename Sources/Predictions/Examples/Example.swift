package import JourneyModel
internal import JourneyRules

/// A session that is over, as it is learned from: when it was, what it was like after each event, what it
/// achieved. No id, no text.
package struct Example: Sendable, Hashable {
  package var startedAt: EventTime
  package var closedAt: EventTime
  /// For each predictor of its record, with which event the outcome was achieved, from 1; 0 for never.
  package var achievedAt: [UInt16]
  package var sets: TokenSets

  package init(startedAt: EventTime, closedAt: EventTime, achievedAt: [UInt16], sets: TokenSets) {
    self.startedAt = startedAt
    self.closedAt = closedAt
    self.achievedAt = achievedAt
    self.sets = sets
  }
}

/// Examples that were made under the same predictors: what one record holds.
package struct ExampleRecord: Sendable, Hashable {
  /// The versions of the form: the first says nothing of `every`, which is 1 there.
  package static let formVersions: ClosedRange<UInt8> = 1...2
  /// Most examples of one record.
  package static let maxExamples = 100_000

  package var featureVersion: UInt8
  /// One session of so many was learned from, a power of two: each example stands for as many.
  package var every: Int
  package var outcomes: [PredictedOutcome]
  package var examples: [Example]

  /// - Precondition: `every` is a power of two.
  package init(
    featureVersion: UInt8 = Feature.version, every: Int = 1, outcomes: [PredictedOutcome],
    examples: [Example]
  ) {
    precondition(every > 0 && every & (every - 1) == 0, "sessions are drawn by powers of two")
    self.featureVersion = featureVersion
    self.every = every
    self.outcomes = outcomes
    self.examples = examples
  }

  /// The record as bytes.
  ///
  ///     version | feature version | in the second: ⌊log2 every⌋
  ///     outcomes: count, (id: count, UTF-8; definition: 16 bytes)…
  ///     examples: count, (started: ms, closed after: ms, achieved at: u16…, sets: count, bytes: count, …)…
  package var bytes: [UInt8] {
    // The first form where it says all there is: builds from before read it.
    var bytes = every == 1 ? [1, featureVersion] : [2, featureVersion, UInt8(every.trailingZeroBitCount)]
    bytes.append(number: outcomes.count)
    for outcome in outcomes {
      bytes.append(text: outcome.id)
      bytes.append(fixed: outcome.definition.high)
      bytes.append(fixed: outcome.definition.low)
    }
    bytes.append(number: examples.count)
    for example in examples {
      bytes.append(time: example.startedAt)
      bytes.append(time: example.closedAt)
      for position in example.achievedAt { bytes.append(fixed: position) }
      bytes.append(number: example.sets.count)
      bytes.append(number: example.sets.bytes.count)
      bytes.append(contentsOf: example.sets.bytes)
    }
    return bytes
  }

  /// Reads a record.
  package init(bytes: [UInt8]) throws(PredictionFormError) {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard ExampleRecord.formVersions.contains(version) else {
      throw PredictionFormError(
        "version \(version) is not one this build reads (1 to \(ExampleRecord.formVersions.upperBound))")
    }
    featureVersion = try reader.byte()
    let power = version == 1 ? 0 : try reader.byte()
    guard power <= 30, version == 1 || power > 0 else {
      throw PredictionFormError("one session of 2^\(power) is learned from")
    }
    every = 1 << Int(power)
    outcomes = []
    for _ in 0..<(try reader.count(most: ModelTable.maxOutcomes, bytesEach: 17)) {
      outcomes.append(
        PredictedOutcome(
          id: try reader.text(maxBytes: 128),
          definition: DefinitionHash(high: try reader.fixed(), low: try reader.fixed())))
    }
    examples = []
    for _ in 0..<(try reader.count(most: ExampleRecord.maxExamples, bytesEach: 4)) {
      let started = try reader.time()
      let closed = try reader.time()
      guard started <= closed else { throw PredictionFormError("a session is closed before it begins") }
      var achieved: [UInt16] = []
      for _ in outcomes { achieved.append(try reader.fixed()) }
      let count = try reader.number()
      let sets = try TokenSets(bytes: try reader.block(), count: count)
      examples.append(Example(startedAt: started, closedAt: closed, achievedAt: achieved, sets: sets))
    }
    guard reader.isAtEnd else { throw PredictionFormError("\(reader.remaining) bytes too many") }
  }
}
