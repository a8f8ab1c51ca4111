internal import JourneyModel

/// Reads the members of one object: each is asked for by name, what is wrong is reported, and what nobody
/// asked for is warned about at the end.
final class MemberReader {
  let path: DefinitionPath
  let findings: FindingCollector
  let limits: DefinitionLimits
  private let members: [DefinitionValue.Member]
  private var asked: [String] = []

  init(
    _ members: [DefinitionValue.Member], _ path: DefinitionPath, _ findings: FindingCollector,
    _ limits: DefinitionLimits
  ) {
    self.members = members
    self.path = path
    self.findings = findings
    self.limits = limits
  }

  /// The members of a value that has to be an object.
  convenience init?(
    _ value: DefinitionValue, _ path: DefinitionPath, _ findings: FindingCollector, _ limits: DefinitionLimits
  ) {
    guard case .object(let members) = value else {
      findings.error(path, value, "an object")
      return nil
    }
    self.init(members, path, findings, limits)
  }

  /// A member's value. `null` says as much as a missing member.
  func value(_ name: String) -> DefinitionValue? {
    asked.append(name)
    guard let value = members.first(where: { $0.name.utf8.elementsEqual(name.utf8) })?.value, !value.isNull
    else { return nil }
    return value
  }

  func has(_ name: String) -> Bool {
    members.contains { $0.name.utf8.elementsEqual(name.utf8) && !$0.value.isNull }
  }

  func error(_ name: String, _ value: DefinitionValue?, _ expected: String) {
    findings.error(path.member(name), value, expected)
  }

  func warn(_ name: String, _ value: DefinitionValue?, _ expected: String) {
    findings.report(.warning, path.member(name), value, expected)
  }

  // MARK: Texts

  /// A text that is not blank.
  func text(_ name: String, maxBytes: Int? = nil) -> String? {
    guard let value = value(name) else { return nil }
    return text(value, path.member(name), maxBytes: maxBytes)
  }

  /// A text that is not blank and has to be there.
  func requiredText(_ name: String) -> String {
    guard has(name) else {
      asked.append(name)
      error(name, nil, "a text")
      return ""
    }
    return text(name) ?? ""
  }

  /// A text that may be empty.
  func freeText(_ name: String) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else {
      error(name, value, "a text")
      return nil
    }
    return bounded(text, value, path.member(name), limits.maxTextBytes) ? text : nil
  }

  func text(_ value: DefinitionValue, _ path: DefinitionPath, maxBytes: Int? = nil) -> String? {
    guard case .string(let text) = value else {
      if case .number = value {
        findings.error(path, value, "a text: write it in quotes")
      } else if case .bool = value {
        findings.error(path, value, "a text: write it in quotes")
      } else {
        findings.error(path, value, "a text")
      }
      return nil
    }
    guard !Letters.isBlank(text) else {
      findings.error(path, value, "a text that is not blank")
      return nil
    }
    return bounded(text, value, path, maxBytes ?? limits.maxTextBytes) ? text : nil
  }

  private func bounded(_ text: String, _ value: DefinitionValue, _ path: DefinitionPath, _ most: Int) -> Bool
  {
    guard text.utf8.count <= most else {
      findings.error(path, value, "at most \(most) bytes")
      return false
    }
    return true
  }

  /// An id: visible ASCII characters.
  func identifier(_ name: String) -> String? {
    guard let value = value(name) else { return nil }
    return identifier(value, path.member(name))
  }

  func requiredIdentifier(_ name: String) -> String {
    guard has(name) else {
      asked.append(name)
      error(name, nil, "an id")
      return ""
    }
    return identifier(name) ?? ""
  }

  func identifier(_ value: DefinitionValue, _ path: DefinitionPath) -> String? {
    guard let text = text(value, path, maxBytes: limits.maxIdentifierBytes) else { return nil }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      findings.error(path, value, "an id of ASCII characters without blanks")
      return nil
    }
    return text
  }

  /// The `id` of an object in a member: `{"id": …, "selfUri": …}`.
  func reference(_ name: String) -> String? {
    guard let value = value(name) else { return nil }
    return reference(value, path.member(name))
  }

  func reference(_ value: DefinitionValue, _ path: DefinitionPath) -> String? {
    guard let inner = MemberReader(value, path, findings, limits) else { return nil }
    let id = inner.requiredIdentifier("id")
    inner.ignore("selfUri", "name")
    inner.finish()
    return id.isEmpty ? nil : id
  }

  /// The ids of objects in a list.
  func references(_ name: String) -> [String] {
    list(name, atMost: limits.maxReferences, "maxReferences").compactMap { value, path in
      reference(value, path)
    }
  }

  // MARK: Other values

  func flag(_ name: String) -> Bool? {
    guard let value = value(name) else { return nil }
    guard case .bool(let flag) = value else {
      error(name, value, "true or false")
      return nil
    }
    return flag
  }

  func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = value(name) else { return nil }
    return integer(value, path.member(name), in: range)
  }

  func integer(_ value: DefinitionValue, _ path: DefinitionPath, in range: ClosedRange<Int>) -> Int? {
    let expected =
      range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
    guard case .number(let text) = value, let number = DecimalNumber(text)?.integerText.flatMap({ Int($0) }),
      range.contains(number)
    else {
      findings.error(path, value, "a whole number, \(expected)")
      return nil
    }
    return number
  }

  func decimal(_ name: String, in range: ClosedRange<Double>) -> Double? {
    guard let value = value(name) else { return nil }
    guard case .number(let text) = value, let number = Double(text), range.contains(number) else {
      error(
        name, value, "a number from \(Decimals.text(range.lowerBound)) to \(Decimals.text(range.upperBound))")
      return nil
    }
    return number
  }

  func requiredDecimal(_ name: String, in range: ClosedRange<Double>) -> Double {
    guard has(name) else {
      asked.append(name)
      error(
        name, nil, "a number from \(Decimals.text(range.lowerBound)) to \(Decimals.text(range.upperBound))")
      return range.lowerBound
    }
    return decimal(name, in: range) ?? range.lowerBound
  }

  /// One of a type's words.
  func choice<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let value = value(name) else { return nil }
    return choice(value, path.member(name), type)
  }

  func choice<Word: RawRepresentable & CaseIterable>(
    _ value: DefinitionValue, _ path: DefinitionPath, _ type: Word.Type
  ) -> Word? where Word.RawValue == String {
    let words = Word.allCases.map(\.rawValue)
    guard case .string(let text) = value, let word = Word(rawValue: text) else {
      findings.error(path, value, MemberReader.oneOf(words, instead: value))
      return nil
    }
    return word
  }

  func requiredChoice<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type) -> Word?
  where Word.RawValue == String {
    guard has(name) else {
      asked.append(name)
      error(name, nil, MemberReader.oneOf(Word.allCases.map(\.rawValue), instead: nil))
      return nil
    }
    return choice(name, type)
  }

  /// `one of a, b, c (nearest is b)`.
  static func oneOf(_ words: [String], instead value: DefinitionValue?) -> String {
    let list = "one of \(words.joined(separator: ", "))"
    guard case .string(let text) = value, let nearest = Nearest.candidate(to: text, among: words) else {
      return list
    }
    return "\(list) (nearest is \(nearest))"
  }

  /// A point in time, in ISO 8601 with an offset.
  func time(_ name: String) -> EventTime? {
    guard let value = value(name) else { return nil }
    return time(value, path.member(name))
  }

  func time(_ value: DefinitionValue, _ path: DefinitionPath) -> EventTime? {
    guard case .string(let text) = value, let time = EventTime(iso8601: text) else {
      findings.error(path, value, "a time such as 2026-01-05T10:00:00.000Z")
      return nil
    }
    return time
  }

  // MARK: Nested values

  func object(_ name: String) -> MemberReader? {
    guard let value = value(name) else { return nil }
    return MemberReader(value, path.member(name), findings, limits)
  }

  /// The elements of an array with their paths; empty without one.
  func list(_ name: String, atMost most: Int, _ limit: String) -> [(DefinitionValue, DefinitionPath)] {
    guard let value = value(name) else { return [] }
    let path = path.member(name)
    guard case .array(let values) = value else {
      findings.error(path, value, "an array")
      return []
    }
    guard values.count <= most else {
      findings.error(path, value, "at most \(most) (\(limit))")
      return []
    }
    return values.enumerated().map { ($0.element, path.element($0.offset)) }
  }

  /// Readers of the elements of an array of objects.
  func objects(_ name: String, atMost most: Int, _ limit: String) -> [MemberReader] {
    list(name, atMost: most, limit).compactMap { MemberReader($0.0, $0.1, findings, limits) }
  }

  // MARK: What is left

  /// Members that are known and mean nothing here.
  func ignore(_ names: String...) { asked.append(contentsOf: names) }

  /// Warns about every member that nobody asked for.
  func finish() {
    for member in members where !asked.contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) {
      var expected = "a known member: this one is kept and means nothing"
      if let nearest = Nearest.candidate(to: member.name, among: asked) {
        expected += " (nearest is \(nearest))"
      }
      findings.report(.warning, path.member(member.name), member.value, expected)
    }
  }
}
