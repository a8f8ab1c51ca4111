internal import Bytes
internal import JourneyRules

/// The models that batches are scored under from one switch to the next: immutable, shared by all lanes.
package final class ModelSet: Sendable {
  /// No models: nothing is scored, and whatever is predicted is still learned from.
  package static let empty = ModelSet([])

  /// Ascending by outcome, one for each.
  package let models: [OutcomeModel]
  package let scorer: Scorer
  /// One session of so many is learned from: a power of two.
  package let every: Int
  /// What it says, canonically: `{"v":1,"every":1,"models":[{"outcome":"…","model":"…"}]}`.
  package let manifest: [UInt8]
  /// Thirty-two hexadecimal digits: the hash of `manifest`. The journal names sets by it.
  package let name: String
  /// The same as a number.
  let hash: DefinitionHash

  /// Joins models; of two for one outcome the first counts.
  ///
  /// - Precondition: `ModelTable.maxOutcomes` at most, and `every` is a power of two.
  package init(_ given: [OutcomeModel], every: Int = 1) {
    precondition(every > 0 && every & (every - 1) == 0, "sessions are drawn by powers of two")
    var models: [OutcomeModel] = []
    for model in given where !models.contains(where: { $0.outcome == model.outcome }) { models.append(model) }
    models.sort { $0.outcome.utf8.lexicographicallyPrecedes($1.outcome.utf8) }
    self.models = models
    self.every = every
    scorer = Scorer(ModelTable(models))
    var bytes = Array("{\"v\":1,\"every\":\(every),\"models\":[".utf8)
    for (index, model) in models.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      bytes.append(contentsOf: "{\"outcome\":".utf8)
      JSONText.append(model.outcome.utf8, to: &bytes)
      bytes.append(contentsOf: ",\"model\":\"\(model.hash)\"}".utf8)
    }
    bytes.append(contentsOf: "]}".utf8)
    manifest = bytes
    hash = DefinitionHash(of: bytes)
    name = hash.description
  }

  /// Where the model of an outcome is in the scorer's table; `nil` if there is none: none at all, one of
  /// another definition, or one of features that this build does not make.
  package func place(of outcome: PredictedOutcome) -> Int? {
    scorer.table.models.firstIndex { $0.outcome == outcome.id && $0.definition == outcome.definition }
  }

  /// Whether a session is among those that are learned from.
  ///
  /// - Parameter id: any number that is its own, as good as random.
  package func draws(_ id: UInt64) -> Bool { id & UInt64(every - 1) == 0 }
}
