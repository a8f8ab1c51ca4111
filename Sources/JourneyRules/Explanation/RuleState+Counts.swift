extension RuleState {
  /// How far one journey pattern has come.
  package struct PatternCount: Sendable, Hashable {
    /// Events counted, never more than `required`.
    package var count: Int
    /// Events that it asks for.
    package var required: Int
    /// The newest of them.
    package var events: [String]
  }

  /// What is counted for a definition that has not fired, by the place of the pattern.
  ///
  /// - Returns: `nil` if nothing is counted for it, because it is not active or can never hold.
  package func counts(
    of rules: CompiledRules, _ kind: Fired.Kind, _ id: String
  ) -> [Int: PatternCount]? {
    guard let number = rules.rulesByID[CompiledRules.DefinitionReference(kind: kind, id: id)] else {
      return nil
    }
    let content = rules.rules[Int(number)].content
    var counts: [Int: PatternCount] = [:]
    for entry in progress where entry.content == content {
      counts[Int(entry.position)] = PatternCount(
        count: entry.count, required: entry.required, events: entry.evidence.texts)
    }
    return counts
  }
}
