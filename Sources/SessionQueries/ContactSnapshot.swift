import Foundation

/// What is read of a contact's record: `schemas/contact.schema.json`.
package struct ContactSnapshot: Decodable, Sendable {
  package struct Identifier: Decodable, Sendable, Hashable {
    package var type: String
    package var value: String
    package var externalSource: String?
    package var verification: String
    package var dateCreated: String?
  }

  package struct Device: Decodable, Sendable {
    package var type: String
    package var value: String
    package var intervals: [Interval]
  }

  /// Half open; without a bound it has none. ISO 8601, which sorts as text.
  package struct Interval: Decodable, Sendable {
    package var from: String?
    package var to: String?

    package func contains(_ date: String) -> Bool {
      (from.map { $0 <= date } ?? true) && (to.map { date < $0 } ?? true)
    }
  }

  package struct Suggestion: Decodable, Sendable {
    package var reason: String
    package var contact: String
  }

  package var id: String
  package var revision: Int
  /// The contact that the id leads to; then nothing else is said.
  package var mergedTo: String?
  package var type: String?
  package var name: String?
  package var verification: String?
  package var createDate: String?
  package var modifyDate: String?
  package var traits: [String: String]?
  package var identifiers: [Identifier]?
  package var devices: [Device]?
  package var omittedDevices: Int?
  package var mergeSet: [String]?
  package var suggestions: [Suggestion]?

  /// Decodes a record's value; `nil` if it is no contact.
  package init?(_ value: [UInt8]) {
    guard let snapshot = try? JSONDecoder().decode(ContactSnapshot.self, from: Data(value)) else {
      return nil
    }
    self = snapshot
  }

  /// Whether a session is the contact's: it says so, its customer is one of the identifiers, or it began on
  /// one of the devices while that was the contact's.
  package func owns(_ session: SessionSnapshot) -> Bool {
    if let named = session.externalContact?.id {
      return named == id || (mergeSet ?? []).contains(named)
    }
    return isCustomer(of: session) || isDevice(of: session)
  }

  /// Whether an erasure of the contact takes a session back: also one that shows somebody else, if its
  /// customer is one of the identifiers.
  package func takesAlong(_ session: SessionSnapshot) -> Bool { owns(session) || isCustomer(of: session) }

  private func isCustomer(of session: SessionSnapshot) -> Bool {
    (identifiers ?? []).contains { identifier in
      identifier.type == session.customerIdType && identifier.value == session.customerId
    }
  }

  private func isDevice(of session: SessionSnapshot) -> Bool {
    (devices ?? []).contains { device in
      device.type == session.customerIdType && device.value == session.customerId
        && device.intervals.contains { $0.contains(session.createdDate) }
    }
  }
}
