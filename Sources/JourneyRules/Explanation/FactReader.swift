package import JourneyModel

/// Reads what a criterion's key has for values, as text: for people, not for comparing.
package struct FactReader: Sendable {
  /// The key.
  package let key: FactKey
  private let path: PathReader

  /// Creates a reader.
  package init(_ key: FactKey) {
    self.key = key
    path = PathReader(key.path)
  }

  /// The scalars that the key's path leads to in a fact's compact JSON.
  package func values(in json: ByteSlice, of bytes: [UInt8]) -> [String] { path.values(in: json, of: bytes) }

  /// The values that an event has for a key of events; none for a key that only sessions have.
  package func values(of event: borrowing Event, in batch: borrowing EventBatch) -> [String] {
    switch key.root {
    case .eventName: return [batch.text(event.name)]
    case .attribute(let name): return attribute(name, event, batch)
    case .field(let field):
      var found: [ByteSlice] = []
      for fact in batch.facts[RuleEvaluator.facts(of: event, batch)] where fact.field == field {
        found.append(fact.value)
      }
      // As rules read it: of a fact that does not collect, the last one counts.
      if field.policy != .collect { found = Array(found.suffix(1)) }
      return found.flatMap { values(in: $0, of: batch.bytes) }
    case .attributeList, .count, .identity: return []
    }
  }

  private func attribute(
    _ name: String, _ event: borrowing Event, _ batch: borrowing EventBatch
  ) -> [String] {
    let facts = RuleEvaluator.facts(of: event, batch)
    var index = facts.lowerBound
    var found: ByteSlice?
    while index < facts.upperBound {
      guard batch.facts[index].field == .attributeName else {
        index += 1
        continue
      }
      if index + 1 < facts.upperBound,
        batch.text(batch.facts[index].value).utf8.elementsEqual(name.utf8)
      {
        found = batch.facts[index + 1].value
      }
      index += 2
    }
    return found.map { values(in: $0, of: batch.bytes) } ?? []
  }
}

extension RuleEvaluator {
  fileprivate static func facts(of event: borrowing Event, _ batch: borrowing EventBatch) -> Range<Int> {
    let end = min(Int(event.endFact), batch.facts.count)
    return min(Int(event.firstFact), end)..<end
  }
}
