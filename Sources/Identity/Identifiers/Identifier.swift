/// What a person or a device is known by: a type, a normalised value, and where ids of that type need it the
/// system that gave it.
package struct Identifier: Sendable, Hashable {
  package let type: IdentifierType
  /// 1 to 255 bytes without control characters, in the type's one form.
  package let value: [UInt8]
  /// The system of an external id, the network of an account; else empty.
  package let source: [UInt8]
  /// Derived from the others.
  package let key: IdentifierKey

  /// Most bytes of a value and of a source.
  package static let longest = 255

  /// An identifier whose value is normal already: `IdentifierRules` makes it so.
  package init(type: IdentifierType, value: [UInt8], source: [UInt8] = []) {
    self.init(
      type: type, value: value, source: source,
      key: IdentifierKey(type: type, value: value, source: source))
  }

  /// An identifier with a key of the caller's, for tests of two with the same.
  package init(type: IdentifierType, value: [UInt8], source: [UInt8], key: IdentifierKey) {
    self.type = type
    self.value = value
    self.source = source
    self.key = key
  }

  /// Equal if all parts are: one key is not enough.
  package static func == (left: Self, right: Self) -> Bool {
    left.key == right.key && left.type == right.type && left.value == right.value
      && left.source == right.source
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
