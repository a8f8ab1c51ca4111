package import JourneyModel
package import JourneyRules

extension ActionReport {
  /// Reads a report from an event's attributes `actionId`, `actionState`, `errorCode` and `errorMessage`;
  /// `nil` if it is none.
  package init?(_ event: borrowing Event, of batch: borrowing EventBatch) {
    var texts: [String: String] = [:]
    var index = Int(event.firstFact)
    let end = min(Int(event.endFact), batch.facts.count)
    while index + 1 < end {
      guard batch.facts[index].field == .attributeName else {
        index += 1
        continue
      }
      let name = batch.facts[index].value
      // By its length before a string is made: most attributes are none of these.
      if name.count >= 8, name.count <= 12 {
        let text = batch.text(name)
        if ActionReport.attributes.contains(text) {
          texts[text] = ActionReport.text(batch.text(batch.facts[index + 1].value))
        }
      }
      index += 2
    }
    guard let id = texts["actionId"].flatMap({ ActionID(text: Array($0.utf8)) }),
      let state = texts["actionState"].flatMap(ActionState.init(reported:))
    else { return nil }
    self.init(
      action: id, state: state,
      details: ActionEvent.Report(errorCode: texts["errorCode"], errorMessage: texts["errorMessage"]))
  }

  private static let attributes: Set<String> = ["actionId", "actionState", "errorCode", "errorMessage"]

  /// The text of a stored attribute, `{"dataType":…,"value":…}`.
  private static func text(_ stored: String) -> String? {
    guard let value = try? DefinitionJSON.read(Array(stored.utf8))["value"] else { return nil }
    switch value {
    case .string(let text), .number(let text): return text
    default: return nil
    }
  }
}
