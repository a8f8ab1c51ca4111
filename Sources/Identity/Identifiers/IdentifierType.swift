package import JourneyModel

/// What kind of identifier it is. The raw value is what is stored and never changes its meaning.
package enum IdentifierType: UInt8, Sendable, Hashable, CaseIterable {
  /// A mail address.
  case email = 1
  /// A phone number in E.164.
  case phone = 2
  /// An id of a system that the source names.
  case externalID = 3
  /// The id of a contact that somebody keeps in an address book.
  case contact = 4
  /// An account of a network that the source names.
  case social = 5
  /// A browser's visitor id.
  case cookie = 16
  /// The name of somebody in a chat who has not said who they are.
  case guest = 17
  /// An installation of an app.
  case appInstallation = 18

  /// Whether it names a person. A weak one names a device or a visit: it makes no contact and joins none.
  package var isStrong: Bool { rawValue < IdentifierType.cookie.rawValue }

  /// Whether there may be some of every source, as two systems' ids of one person are not in conflict.
  package var isPerSource: Bool { self == .externalID || self == .social }

  /// As it stands in a `customerIdType`.
  package var name: String {
    switch self {
    case .email: "email"
    case .phone: "phone"
    case .externalID: "externalId"
    case .contact: "contact"
    case .social: "social"
    case .cookie: "cookie"
    case .guest: "guest"
    case .appInstallation: "appInstallation"
    }
  }

  /// The type of that name; `nil` for any other `customerIdType`, which identifies nobody.
  package init?(name: some Collection<UInt8>) {
    let name = Array(name)
    self.init(name: ByteSlice(offset: 0, length: name.count), in: name)
  }

  /// The same of a slice. It is asked of every session that opens, so nothing of it is generic.
  package init?(name slice: ByteSlice, in bytes: borrowing [UInt8]) {
    guard slice.count > 0 else { return nil }
    let type: IdentifierType
    switch (slice.count, bytes[Int(slice.offset)]) {
    case (5, UInt8(ascii: "e")): type = .email
    case (5, UInt8(ascii: "p")): type = .phone
    case (10, UInt8(ascii: "e")): type = .externalID
    case (7, UInt8(ascii: "c")): type = .contact
    case (6, UInt8(ascii: "s")): type = .social
    case (6, UInt8(ascii: "c")): type = .cookie
    case (5, UInt8(ascii: "g")): type = .guest
    case (15, UInt8(ascii: "a")): type = .appInstallation
    default: return nil
    }
    var index = Int(slice.offset)
    for byte in type.name.utf8 {
      guard bytes[index] == byte else { return nil }
      index += 1
    }
    self = type
  }
}
