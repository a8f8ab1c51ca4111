internal import JourneyModel
internal import JourneyRules

/// Writes why something fired: `because`, one entry for each part of the rule that held, with what it asks and the events.
enum BecauseEncoder {
  /// - Parameter rule: whose parts the causes name; `nil` where it is gone, and then only events are named.
  static func append(_ causes: [Fired.Cause], of rule: Rule?, to bytes: inout [UInt8]) {
    bytes.append(",\"because\":[")
    for (index, cause) in causes.enumerated() {
      if index > 0 { bytes.append(0x2c) }
      switch cause.part {
      case .context(let number):
        bytes.append("{\"context\":")
        JSONText.append(number, to: &bytes)
        if let rule, rule.context.indices.contains(number) { criteria(rule.context[number].criteria, &bytes) }
      case .journey(let number):
        bytes.append("{\"journey\":")
        JSONText.append(number, to: &bytes)
        if let rule, rule.journey.indices.contains(number) { criteria(rule.journey[number].criteria, &bytes) }
      case .segment(let id):
        bytes.append("{\"segment\":")
        JSONText.append(id, to: &bytes)
      }
      bytes.append(",\"count\":")
      JSONText.append(cause.count, to: &bytes)
      bytes.append(",\"events\":[")
      for (index, event) in cause.events.enumerated() {
        if index > 0 { bytes.append(0x2c) }
        JSONText.append(event, to: &bytes)
      }
      bytes.append("]}")
    }
    bytes.append(0x5d)
  }

  private static func criteria(_ criteria: [Criterion], _ bytes: inout [UInt8]) {
    bytes.append(",\"criteria\":[")
    for (index, criterion) in criteria.enumerated() {
      if index > 0 { bytes.append(0x2c) }
      bytes.append("{\"key\":")
      JSONText.append(criterion.key, to: &bytes)
      bytes.append(",\"operator\":")
      JSONText.append(criterion.operator.rawValue, to: &bytes)
      bytes.append(",\"values\":[")
      for (index, value) in criterion.values.enumerated() {
        if index > 0 { bytes.append(0x2c) }
        JSONText.append(value, to: &bytes)
      }
      bytes.append("]}")
    }
    bytes.append(0x5d)
  }
}
