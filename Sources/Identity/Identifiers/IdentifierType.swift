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
    for type in IdentifierType.allCases where type.name.utf8.elementsEqual(name) {
      self = type
      return
    }
    return nil
  }
}
