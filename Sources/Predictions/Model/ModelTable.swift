/// The models of up to 16 outcomes as one table: a token is looked up once for all of them. Immutable, shared
/// by all lanes.
package final class ModelTable: Sendable {
  /// Most outcomes: a row is one register.
  package static let maxOutcomes = 16
  /// A weight of each outcome, 16 bits each: lower halves are of the first eight, upper ones of the others.
  package typealias Row = SIMD8<Int32>

  /// The models, in the order of the rows' places.
  package let models: [OutcomeModel]
  /// Open addressing; 0 for an empty place.
  private let keys: [UInt32]
  private let rows: [Row]
  private let shift: UInt32
  private let biases: OutcomeSums
  /// By outcome and index: ten-thousandths.
  private let below: [UInt16]
  /// `Probability.millionths`, which is at hand here.
  private let millionths = Probability.millionths

  /// Joins models. Those of a feature version that this build does not know are left out.
  ///
  /// - Precondition: at most `maxOutcomes`.
  package init(_ given: [OutcomeModel]) {
    let models = given.filter { $0.featureVersion == Feature.version }
    precondition(models.count <= ModelTable.maxOutcomes, "more models than a row has places")
    let tokens = Set(models.flatMap { $0.rows.map(\.token.bits) })
    // At most half full, so that most tokens that no model knows are missed at once.
    var bits: UInt32 = 6
    while 1 << bits < 2 * tokens.count { bits += 1 }
    shift = 32 - bits
    var keys = [UInt32](repeating: 0, count: 1 << Int(bits))
    var rows = [Row](repeating: .zero, count: keys.count)
    var biases = SIMD16<Int32>.zero
    for (outcome, model) in models.enumerated() {
      biases[outcome] = model.bias
      for row in model.rows {
        let place = ModelTable.place(of: row.token.bits, in: keys, shift)
        keys[place] = row.token.bits
        let weight = Int32(row.weight)
        rows[place][outcome % 8] |= outcome < 8 ? weight & 0xffff : weight << 16
      }
    }
    self.models = models
    self.keys = keys
    self.rows = rows
    self.biases = OutcomeSums(biases)
    below = models.flatMap(\.below.shares)
  }

  /// Where a token is, or would be.
  private static func place(of key: UInt32, in keys: borrowing [UInt32], _ shift: UInt32) -> Int {
    var place = Int((key &* 0x9e37_79b1) >> shift)
    while keys[place] != key, keys[place] != 0 { place = (place + 1) & (keys.count - 1) }
    return place
  }

  /// The sums of all models for a set of tokens, each once.
  func sums(_ tokens: borrowing [Token]) -> OutcomeSums {
    var sums = biases
    for index in tokens.indices { sums.add(row(of: tokens[index])) }
    return sums
  }

  /// Makes the sums for a set of tokens of those for the set before it.
  func follow(_ difference: borrowing TokenDifference, _ sums: inout OutcomeSums) {
    var changed = sums
    for index in 0..<difference.addedCount { changed.add(row(of: difference.added[index])) }
    for index in 0..<difference.removedCount { changed.subtract(row(of: difference.removed[index])) }
    sums = changed
  }

  @inline(__always)
  private func row(of token: Token) -> Row { rows[ModelTable.place(of: token.bits, in: keys, shift)] }

  /// What a token adds to the sum of one outcome; 0 for one that no model knows.
  func weight(of token: Token, _ outcome: Int) -> Int32 {
    let pair = row(of: token)[outcome % 8]
    return outcome < 8 ? (pair << 16) >> 16 : pair >> 16
  }

  /// The share of sessions below a probability, in ten-thousandths.
  func share(of outcome: Int, atIndex index: Int) -> Int32 {
    Int32(below[outcome * Probability.indexCount + index])
  }

  /// What the model at a place says of a sum.
  @inline(__always)
  func prediction(_ outcome: Int, _ sum: Int32) -> Scorer.Prediction {
    let index = Probability.index(of: sum)
    return Scorer.Prediction(
      sum: sum, probability: millionths[index], quantile: share(of: outcome, atIndex: index))
  }

  /// Estimate of its memory in bytes, the models themselves not counted.
  package var byteCount: Int {
    keys.count * MemoryLayout<UInt32>.stride + rows.count * MemoryLayout<Row>.stride
      + below.count * MemoryLayout<UInt16>.stride
  }
}
