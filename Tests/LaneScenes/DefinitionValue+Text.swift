package import JourneyRules

extension DefinitionValue {
  /// Its text, if it is one.
  package var text: String? { if case .string(let text) = self { text } else { nil } }
}
