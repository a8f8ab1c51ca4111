package import JourneyModel
package import JourneyRules

/// The texts that a session's features are digests of. Nothing stores them: they are there for whoever folds
/// the session's events again.
package final class FeatureNames: FactVisitor {
  /// Most texts; what comes later is told by its digest.
  package static let maxTexts = 10_000

  package let sessionFields = SessionFeatures.fields
  package var readsSessionAttributes: Bool { true }
  package var readsSessionIdentity: Bool { true }

  private(set) var texts: [UInt32: String] = [:]
  /// The newest number of an attribute, as it was written, by the digest of the attribute's name.
  private(set) var numbers: [UInt32: String] = [:]
  /// By raw value of the field.
  private var readers: [Int: ScalarReader] = [:]
  private var page = ScalarReader([["pathname"], ["url"]])
  private var screen = ScalarReader([[]])
  private var attribute = ScalarReader([["dataType"], ["value"]])

  package init() {
    for (field, facts) in SessionFeatures.slots {
      readers[Int(field.rawValue)] = ScalarReader(facts.map(\.path))
    }
    for text in ["*", "/"] { note(text) }
  }

  /// Takes the texts of an event that has been folded into its session.
  package func take(
    _ event: borrowing Event, of batch: borrowing EventBatch, session: some SessionFacts,
    rules: borrowing RuleState
  ) {
    note(batch.text(event.name))
    session.tell(self)
    for index in rules.assignments.indices where rules.assignments[index].kind == .segment {
      note(rules.assignments[index].id)
    }
  }

  /// Takes over the texts of a session that was merged into this one.
  package func merge(_ other: FeatureNames) {
    for text in other.texts.values { note(text) }
    numbers.merge(other.numbers) { own, _ in own }
  }

  private func note(_ text: String) {
    if texts.count < FeatureNames.maxTexts { texts[Mixing.digest(text)] = text }
  }

  private static func text(_ slice: ByteSlice, _ bytes: borrowing [UInt8]) -> String {
    String(decoding: bytes[slice.indices], as: UTF8.self)
  }

  // MARK: - What the session offers

  package func take(fact field: EventField, digest: UInt64, value: ByteSlice, of source: borrowing [UInt8]) {
    switch field {
    case .page:
      page.read(value, of: source) { for text in PagePath.texts($1, of: $2) { note(text) } }
    case .screenName:
      screen.read(value, of: source) { for text in PagePath.texts($1, of: $2) { note(text) } }
    default: take(collected: field, value: value, of: source)
    }
  }

  package func take(collected field: EventField, value: ByteSlice, of source: borrowing [UInt8]) {
    readers[Int(field.rawValue)]?.read(value, of: source) { _, text, bytes in
      if text.count <= FeatureLimits.maxValueBytes { note(FeatureNames.text(text, bytes)) }
    }
  }

  package func take(
    attribute name: ByteSlice, value: ByteSlice, isList: Bool, of source: borrowing [UInt8]
  ) {
    guard !isList else { return }
    let attributeName = FeatureNames.text(name, source)
    note(attributeName)
    attribute.read(value, of: source) { path, text, bytes in
      guard path == 1, text.count <= FeatureLimits.maxValueBytes else { return }
      let value = FeatureNames.text(text, bytes)
      note(value)
      numbers[Mixing.digest(attributeName)] = value
    }
  }

  package func take(count: FactKey.SessionCount, _ value: Int) {}

  package func take(text: FactKey.SessionText, value: ByteSlice, of source: borrowing [UInt8]) {
    if text == .type { note(FeatureNames.text(value, source)) }
  }
}
