package import JourneyModel

/// How texts become identifiers. ASCII only: no Unicode table of the machine's reaches a byte.
package struct IdentifierRules: Sendable, Hashable {
  /// How national phone numbers become international ones.
  package var plan = NumberingPlan()
  /// Values that name nobody.
  package var blocked = BlockedValues()
  /// Local parts of addresses behind which several people sit, in small letters.
  package var roles: Set<[UInt8]> = IdentifierRules.knownRoles {
    didSet { longestRole = BlockedValues.longest(of: roles) }
  }
  /// Bytes of the longest role: what is longer is none.
  private var longestRole = BlockedValues.longest(of: IdentifierRules.knownRoles)

  /// Rules with their defaults.
  package init() {}

  /// What counts as a role if nothing else is configured.
  package static let knownRoles: Set<[UInt8]> = Set(
    ["info", "support", "sales", "admin", "noreply", "no-reply"].map { Array($0.utf8) })

  /// Most bytes of a mail address's part before the `@` (RFC 5321).
  package static let longestLocalPart = 64
  /// Most bytes of a mail address (RFC 5321).
  package static let longestEmail = 254
  /// How many digits an international number has.
  package static let phoneDigits = 7...15

  /// Normalises a text.
  ///
  /// - Parameters:
  ///   - text: as it came.
  ///   - source: the system or network, of types that have one; of others it is left out.
  /// - Throws: why the text identifies nobody.
  package func identifier(
    _ type: IdentifierType, _ text: some Collection<UInt8>, source: some Collection<UInt8> = [UInt8]()
  ) throws(IdentifierProblem) -> Identifier {
    let trimmed = IdentifierRules.trimmed(Array(text)[...])
    guard !trimmed.isEmpty else { throw .empty }
    guard !trimmed.contains(where: IdentifierRules.isControl) else { throw .notText }
    guard !blocked.contains(Array(trimmed)) else { throw .blocked }
    let value =
      switch type {
      case .email: try email(trimmed)
      case .phone: try phone(trimmed)
      default: Array(trimmed)
      }
    guard value.count <= Identifier.longest else { throw .tooLong }
    guard !blocked.contains(value) else { throw .blocked }
    guard type.isPerSource else { return Identifier(type: type, value: value) }
    let origin = IdentifierRules.trimmed(Array(source)[...])
    guard origin.count <= Identifier.longest else { throw .tooLong }
    guard !origin.contains(where: IdentifierRules.isControl) else { throw .notText }
    return Identifier(type: type, value: value, source: Array(origin))
  }

  /// Whether several people are behind an address: it is shared from the start.
  package func isRole(_ identifier: Identifier) -> Bool {
    guard identifier.type == .email else { return false }
    let end = identifier.value.firstIndex(of: ASCII.at) ?? identifier.value.count
    guard end <= longestRole else { return false }
    return roles.contains(Array(identifier.value[..<end]))
  }

  private func email(_ text: ArraySlice<UInt8>) throws(IdentifierProblem) -> [UInt8] {
    guard let address = CustomerAddress(text, plan: plan) else { throw .blocked }
    guard address.kind == .email else { throw .notEmail }
    let value = address.text
    guard let at = value.firstIndex(of: ASCII.at), at > 0, at < value.count - 1,
      !value[(at + 1)...].contains(ASCII.at), !value.contains(ASCII.space)
    else { throw .notEmail }
    guard at <= IdentifierRules.longestLocalPart, value.count <= IdentifierRules.longestEmail else {
      throw .tooLong
    }
    return value
  }

  private func phone(_ text: ArraySlice<UInt8>) throws(IdentifierProblem) -> [UInt8] {
    guard let address = CustomerAddress(text, plan: plan) else { throw .blocked }
    let value = address.text
    guard address.kind == .phone, value.first == ASCII.plus, value.count > 1, value[1] != ASCII.zero,
      IdentifierRules.phoneDigits.contains(value.count - 1)
    else { throw .notE164 }
    return value
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < ASCII.space || byte == 0x7f }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var slice = text.drop { $0 <= ASCII.space }
    while let last = slice.last, last <= ASCII.space { slice = slice.dropLast() }
    return slice
  }
}
