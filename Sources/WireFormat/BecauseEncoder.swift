internal import JourneyModel
internal import JourneyRules

/// Writes why something fired: `because`, one entry for each part of the rule that held, with what it asks
/// and the events.
///
/// What a rule asks is encoded once: it is the same each time.
///
/// A class, since it is reached for every event.
final class BecauseEncoder: Sendable {
  /// `{"context":0,"criteria":[…]`, by the parts' places.
  private let context: [[UInt8]]
  private let journey: [[UInt8]]

  init(_ rule: Rule) {
    context = rule.context.enumerated().map { number, pattern in
      BecauseEncoder.part("context", number, pattern.criteria)
    }
    journey = rule.journey.enumerated().map { number, pattern in
      BecauseEncoder.part("journey", number, pattern.criteria)
    }
  }

  /// Of a definition that is gone: its parts are numbers only.
  static let gone = BecauseEncoder(Rule())

  private static func part(_ name: StaticString, _ number: Int, _ criteria: [Criterion]?) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append("{\"")
    bytes.append(name)
    bytes.append("\":")
    JSONText.append(number, to: &bytes)
    guard let criteria else { return bytes }
    bytes.append(",\"criteria\":[")
    for (index, criterion) in criteria.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      bytes.append("{\"key\":")
      JSONText.append(criterion.key, to: &bytes)
      bytes.append(",\"operator\":")
      JSONText.append(criterion.operator.rawValue, to: &bytes)
      bytes.append(",\"values\":[")
      for (index, value) in criterion.values.enumerated() {
        if index > 0 { bytes.append(ASCII.comma) }
        JSONText.append(value, to: &bytes)
      }
      bytes.append("]}")
    }
    bytes.append(ASCII.closeBracket)
    return bytes
  }

  func append(_ causes: [Fired.Cause], to bytes: inout [UInt8]) {
    bytes.append(",\"because\":[")
    // By index: docs/design/hot-path.md.
    for index in causes.indices {
      if index > 0 { bytes.append(ASCII.comma) }
      switch causes[index].part {
      case .context(let number): append(context, "context", number, &bytes)
      case .journey(let number): append(journey, "journey", number, &bytes)
      case .segment(let id):
        bytes.append("{\"segment\":")
        JSONText.append(id, to: &bytes)
      case .prediction(let score):
        bytes.append("{\"prediction\":{\"outcome\":")
        JSONText.append(score.outcome, to: &bytes)
        OutcomeScoreEncoder.append(score, to: &bytes)
        bytes.append(ASCII.closeBrace)
      }
      bytes.append(",\"count\":")
      JSONText.append(causes[index].count, to: &bytes)
      bytes.append(",\"events\":[")
      for event in causes[index].events.indices {
        if event > 0 { bytes.append(ASCII.comma) }
        JSONText.append(causes[index].events[event], to: &bytes)
      }
      bytes.append("]}")
    }
    bytes.append(ASCII.closeBracket)
  }

  private func append(_ parts: [[UInt8]], _ name: StaticString, _ number: Int, _ bytes: inout [UInt8]) {
    if parts.indices.contains(number) {
      bytes.append(all: parts[number])
    } else {
      bytes.append(contentsOf: BecauseEncoder.part(name, number, nil))
    }
  }
}
