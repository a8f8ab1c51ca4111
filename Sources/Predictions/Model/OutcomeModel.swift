package import JourneyModel
package import JourneyRules

/// What predicts one outcome: a weight for each token of its vocabulary, a bias, and what its probabilities
/// are worth among sessions. Immutable; its bytes name it.
package struct OutcomeModel: Sendable, Hashable {
  /// A token's weight, in units of 2^-10 nat.
  package struct Row: Sendable, Hashable, BitwiseCopyable {
    package var token: Token
    package var weight: Int16

    package init(token: Token, weight: Int16) {
      self.token = token
      self.weight = weight
    }
  }

  /// The sessions that it was fitted to.
  package struct Window: Sendable, Hashable {
    /// When the first and the last of them were closed.
    package var firstClosed: EventTime
    package var lastClosed: EventTime
    package var sessions: Int
    /// How many of them achieved the outcome.
    package var achieving: Int

    package init(firstClosed: EventTime, lastClosed: EventTime, sessions: Int, achieving: Int) {
      self.firstClosed = firstClosed
      self.lastClosed = lastClosed
      self.sessions = sessions
      self.achieving = achieving
    }
  }

  /// Most rows: of the vocabulary's tokens, counts have up to eight buckets each.
  package static let maxRows = 32_768

  /// The outcome's id.
  package let outcome: String
  /// What the outcome's definition said. A model of another definition predicts something else.
  package let definition: DefinitionHash
  /// The version of the features that it weighs.
  package let featureVersion: UInt8
  /// What every session has, in units of 2^-10 nat.
  package let bias: Int32
  package let window: Window
  /// Ascending by token, none of weight 0.
  package let rows: [Row]
  package let below: QuantileTable
  package let quality: ModelQuality

  /// - Precondition: the rows ascend, and there are at most `maxRows`.
  package init(
    outcome: String, definition: DefinitionHash, featureVersion: UInt8 = Feature.version, bias: Int32,
    window: Window, rows: [Row], below: QuantileTable, quality: ModelQuality
  ) {
    precondition(rows.count <= OutcomeModel.maxRows && rows.areAscending, "rows of a model do not ascend")
    self.outcome = outcome
    self.definition = definition
    self.featureVersion = featureVersion
    self.bias = bias
    self.window = window
    self.rows = rows
    self.below = below
    self.quality = quality
  }

  /// The name of the model.
  package var hash: ModelHash { ModelHash(of: bytes) }

  /// Only its rows and its bias, for scoring what `below` and `quality` are then made of.
  static func provisional(
    outcome: String, definition: DefinitionHash, bias: Int32, window: Window, rows: [Row]
  ) -> OutcomeModel {
    OutcomeModel(
      outcome: outcome, definition: definition, bias: bias, window: window, rows: rows,
      below: QuantileTable(maxima: []), quality: ModelQuality())
  }

  /// The same model with what is known of it now.
  func with(below: QuantileTable, quality: ModelQuality) -> OutcomeModel {
    OutcomeModel(
      outcome: outcome, definition: definition, featureVersion: featureVersion, bias: bias, window: window,
      rows: rows, below: below, quality: quality)
  }
}

extension [OutcomeModel.Row] {
  var areAscending: Bool { zip(self, dropFirst()).allSatisfy { $0.token < $1.token } }
}
