/// Something that a register did not do, and who is to be told.
package struct Refusal: Sendable, Hashable {
  /// Why.
  package enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    /// It was said at or before the identifier's erasure.
    case erased = 1
    /// Too much is said of the identifier in one minute.
    case tooFrequent = 2
    /// There is no contact with that id, or no longer.
    case unknownContact = 3
    /// The identifier is none of the contact's.
    case notOfContact = 4
    /// The contact has as many segments as it may have.
    case tooManySegments = 5
    /// The lane does not hold the session, or it is final.
    case unknownSession = 6
    /// The identifier was granted as much as is remembered; counted only.
    case tooManyGrants = 7

    /// As readers know it.
    package var name: String {
      switch self {
      case .erased: "erased"
      case .tooFrequent: "tooFrequent"
      case .unknownContact: "unknownContact"
      case .notOfContact: "notOfContact"
      case .tooManySegments: "tooManySegments"
      case .unknownSession: "unknownSession"
      case .tooManyGrants: "tooManyGrants"
      }
    }
  }

  /// The event's or command's id.
  package var id: [UInt8]
  package var reason: Reason
  /// Which part of a command it is, if not all of it: a segment, a contact's id.
  package var item: [UInt8]?

  package init(_ id: [UInt8], _ reason: Reason, item: [UInt8]? = nil) {
    self.id = id
    self.reason = reason
    self.item = item
  }
}
