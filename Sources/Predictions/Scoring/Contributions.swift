/// An explanation by what people would name: what features of one name add is one row. Bias and rows add up
/// to the sum, to the unit.
package struct Contributions: Sendable, Hashable {
  /// What a row is about.
  package enum Subject: Sendable, Hashable {
    /// Events of a name: how often they have come, and half of each pair that the name is in.
    case events(UInt32)
    /// A number of an attribute: its octave, and its quarter octave.
    case number(UInt32)
    /// Any other feature by itself.
    case feature(Feature)
  }

  /// What a subject adds.
  package struct Row: Sendable, Hashable {
    package var subject: Subject
    /// Units of 2^-10 nat, never 0.
    package var weight: Int32
  }

  /// What every session has.
  package let bias: Int32
  /// The largest first; of equal ones in the order of their subjects.
  package let rows: [Row]
  /// The raw score.
  package let sum: Int32

  package init(_ explanation: Explanation) {
    bias = explanation.bias
    rows = Contributions.rows(of: explanation.parts)
    sum = explanation.sum
  }

  /// Sums parts up by their subjects: also of changes, as `Explanation.changes` tells them.
  ///
  /// A pair's weight goes to both of its names by half. The odd unit, if there is one, goes to the name with
  /// the smaller digest: `Feature.first` of the pair.
  package static func rows(of parts: [Explanation.Part]) -> [Row] {
    var weights: [Subject: Int32] = [:]
    for part in parts {
      let feature = part.feature
      switch feature.family {
      case .count: weights[.events(feature.first), default: 0] += part.weight
      case .pair:
        let half = part.weight / 2
        weights[.events(feature.first), default: 0] += part.weight - half
        weights[.events(feature.second), default: 0] += half
      case .octave, .quarter: weights[.number(feature.first), default: 0] += part.weight
      default: weights[.feature(feature), default: 0] += part.weight
      }
    }
    return weights.filter { $0.value != 0 }.map { Row(subject: $0.key, weight: $0.value) }
      .sorted(by: precedes)
  }

  private static func precedes(_ left: Row, _ right: Row) -> Bool {
    if left.weight.magnitude != right.weight.magnitude {
      return left.weight.magnitude > right.weight.magnitude
    }
    return left.subject.order < right.subject.order
  }
}

extension Contributions.Subject {
  /// The family that is told of it.
  package var family: Feature.Family {
    switch self {
    case .events: .count
    case .number: .octave
    case .feature(let feature): feature.family
    }
  }

  fileprivate var order: (UInt8, UInt32, UInt32) {
    switch self {
    case .events(let name), .number(let name): (family.rawValue, name, 0)
    case .feature(let feature): (feature.family.rawValue, feature.first, feature.second)
    }
  }
}
