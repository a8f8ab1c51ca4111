/// Why a prediction is what it is: what every feature adds to the sum, exactly.
package struct Explanation: Sendable, Hashable {
  /// What a feature adds.
  package struct Part: Sendable, Hashable {
    package var feature: Feature
    /// Units of 2^-10 nat.
    package var weight: Int32
  }

  /// What every session has.
  package let bias: Int32
  /// Features that add anything, the largest first; of equal ones by their numbers.
  package let parts: [Part]
  /// The sum, which bias and parts add up to.
  package let sum: Int32

  /// Explains what the model at a place of a table says of a session.
  ///
  /// - Parameter segments: digests of the ids of segments that are assigned.
  package init(_ scorer: Scorer, outcome: Int, of state: FeatureState, segments: [UInt32] = []) {
    var parts: [Part] = []
    var told = Set<Token>()
    state.forEachFeature(segments: segments) { feature in
      // Two features of one token are one to the model.
      guard told.insert(feature.token).inserted else { return }
      let weight = scorer.weight(of: feature.token, outcome)
      if weight != 0 { parts.append(Part(feature: feature, weight: weight)) }
    }
    bias = scorer.table.models[outcome].bias
    self.parts = parts.sorted(by: Part.precedes)
    // As `Scorer` adds: a model may say any bias.
    sum = parts.reduce(bias) { $0 &+ $1.weight }
  }

  /// What an event has changed: the parts of which the weight is another one before and after it, and by how
  /// much; they add up to the difference of the sums.
  package func changes(since earlier: Explanation) -> [Part] {
    var weights: [Feature: Int32] = [:]
    for part in parts { weights[part.feature, default: 0] += part.weight }
    for part in earlier.parts { weights[part.feature, default: 0] -= part.weight }
    return weights.filter { $0.value != 0 }.map { Part(feature: $0.key, weight: $0.value) }
      .sorted(by: Part.precedes)
  }
}

extension Explanation.Part {
  fileprivate static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.weight.magnitude != right.weight.magnitude {
      return left.weight.magnitude > right.weight.magnitude
    }
    let (one, other) = (left.feature, right.feature)
    return (one.family.rawValue, one.first, one.second) < (other.family.rawValue, other.first, other.second)
  }
}
