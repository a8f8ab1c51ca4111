/// Bucketed counts as what fitting sees of them: a feature for each threshold that is reached. What the
/// thresholds weigh is added up again when the model is written, so scoring looks up one token a name.
enum Thresholds {
  /// Tells the tokens, ascending, each once: of a count all buckets up to its own.
  static func forEach(_ tokens: borrowing [Token], _ body: (Token) -> Void) {
    var last: UInt32 = 0
    func tell(_ token: Token) {
      guard token.bits > last else { return }
      last = token.bits
      body(token)
    }
    for index in tokens.indices {
      let token = tokens[index]
      if token.isCount { for bucket in 0..<token.bucket { tell(token.with(bucket: bucket)) } }
      tell(token)
    }
  }

  /// Rows of a model from weights of tokens.
  ///
  /// - Parameters:
  ///   - tokens: ascending.
  ///   - weights: in nats, one for each.
  static func rows(_ tokens: [Token], _ weights: [Double]) -> [OutcomeModel.Row] {
    var rows: [OutcomeModel.Row] = []
    func append(_ token: Token, _ weight: Double) {
      let units = (weight * Double(Probability.unitsPerNat)).rounded()
      let bounded = Int16(max(Double(Int16.min), min(Double(Int16.max), units)))
      if bounded != 0 { rows.append(OutcomeModel.Row(token: token, weight: bounded)) }
    }
    var place = 0
    while place < tokens.count {
      let token = tokens[place]
      guard token.isCount else {
        append(token, weights[place])
        place += 1
        continue
      }
      var sum = 0.0
      for bucket in token.bucket..<Steps.counts.count {
        if place < tokens.count, tokens[place] == token.with(bucket: bucket) {
          sum += weights[place]
          place += 1
        }
        append(token.with(bucket: bucket), sum)
      }
    }
    return rows
  }
}
