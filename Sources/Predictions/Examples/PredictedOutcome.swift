internal import Bytes
package import JourneyRules

/// What is predicted: an outcome by what its definition says. Another definition is another thing to predict.
package struct PredictedOutcome: Sendable, Hashable, Comparable {
  package var id: String
  package var definition: DefinitionHash

  package init(id: String, definition: DefinitionHash) {
    self.id = id
    self.definition = definition
  }

  /// The outcome of a bundle: its rule counts and how that makes upper and lower case the same, not its name.
  package init(_ outcome: Outcome, _ folding: CaseFolding) {
    var digest = FNV1a()
    for byte in folding.rawValue.utf8 { digest.add(byte) }
    self.init(id: outcome.id, definition: DefinitionHash(high: outcome.ruleDigest, low: digest.value))
  }

  /// By bytes, so that no locale has a say.
  package static func < (left: Self, right: Self) -> Bool {
    if left.id != right.id { return left.id.utf8.lexicographicallyPrecedes(right.id.utf8) }
    return (left.definition.high, left.definition.low) < (right.definition.high, right.definition.low)
  }
}

extension DefinitionBundle {
  /// What its predictors predict, ascending: outcomes that can be achieved, `SessionScores.maxOutcomes` at
  /// most.
  package var predictedOutcomes: [PredictedOutcome] {
    let predicted = Set(predictors.map(\.outcomeID))
    let outcomes = outcomes.filter { $0.isActive && predicted.contains($0.id) }
    return outcomes.map { PredictedOutcome($0, caseFolding) }.sorted().prefix(SessionScores.maxOutcomes)
      .map { $0 }
  }
}

extension [PredictedOutcome] {
  /// One number for all of them: that of others is another one.
  package var digest: UInt64 {
    reduce(UInt64(count)) { digest, outcome in
      let id = outcome.id.utf8.reduce(into: FNV1a()) { $0.add($1) }.value
      return Mixing.mix(Mixing.mix(Mixing.mix(digest, id), outcome.definition.high), outcome.definition.low)
    }
  }
}
