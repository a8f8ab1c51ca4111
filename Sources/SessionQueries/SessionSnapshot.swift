import Foundation

/// What is read of a session snapshot: the members of `schemas/session.schema.json` that a card needs.
package struct SessionSnapshot: Decodable, Sendable {
  package struct Attribute: Decodable, Sendable {
    /// The value as text: an array's elements with commas between them, an object's members likewise.
    package var value: String

    private enum Key: CodingKey { case value }

    package init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Key.self)
      value = try members.decodeIfPresent(Shown.self, forKey: .value)?.text ?? ""
    }
  }

  /// Any JSON value, as a person reads it.
  private struct Shown: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
      } else if let flag = try? container.decode(Bool.self) {
        text = "\(flag)"
      } else if let number = try? container.decode(Decimal.self) {
        text = "\(number)"
      } else if let elements = try? container.decode([Shown].self) {
        text = elements.map(\.text).joined(separator: ", ")
      } else if let members = try? container.decode([String: Shown].self) {
        text = members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }.joined(separator: ", ")
      } else {
        text = ""
      }
    }
  }

  package struct AttributeList: Decodable, Sendable {
    package var values: [Attribute]
  }

  package struct Card: Decodable, Sendable {
    package var title: String
    package var icon: String
    package var color: String
    package var status: String
    package var duration: String
    package var queue: String?
    package var agent: String?
    package var currentPage: String?
    /// What to call the customer; `nil` where persons are not looked for.
    package var customer: String?
    package var segments: Int
  }

  package struct MapEvent: Decodable, Sendable {
    package var eventName: String
    package var createdDate: String
    package var title: String?
    package var searchQuery: String?
    package var wrapup: String?
  }

  /// What is defined of events of a name.
  package struct EventType: Decodable, Sendable {
    package var displayName: String?
  }

  package struct JourneyMap: Decodable, Sendable {
    package var events: [MapEvent]
    package var omitted: Int
    package var eventTypes: [String: EventType]?
  }

  package struct SegmentAssignment: Decodable, Sendable {
    package var segment: Reference
  }

  /// What is predicted of an outcome: shares of 1.
  package struct OutcomeScore: Decodable, Sendable {
    package var outcome: Reference
    package var probability: Double
    package var sessionMaxProbability: Double
  }

  package struct Reference: Decodable, Sendable {
    package var id: String?
    package var type: String?
  }

  /// How a contact was found.
  package struct Verification: Decodable, Sendable {
    package var by: String
    package var level: String
  }

  /// Either form that a conversation names its web session in.
  package struct JourneyContext: Decodable, Sendable {
    package var customerSession: Reference?
    package var sessionId: String?
    package var sessionIdType: String?
  }

  package var id: String
  package var type: String
  package var customerId: String
  package var customerIdType: String
  package var externalId: String?
  package var createdDate: String
  package var endedDate: String?
  package var mergedInto: String?
  package var eventCount: Int
  package var searchTerms: [String]?
  package var attributes: [String: Attribute]?
  package var attributeLists: [String: AttributeList]?
  package var journeyContext: JourneyContext?
  package var segmentAssignments: [SegmentAssignment]?
  package var outcomeScores: [OutcomeScore]?
  package var browser: SessionDetails?
  package var device: SessionDetails?
  package var geolocation: SessionDetails?
  package var conversation: Reference?
  package var externalContact: Reference?
  package var verification: Verification?
  package var card: Card
  package var journeyMap: JourneyMap

  /// Decodes a record's value; `nil` if it is no snapshot.
  package init?(_ value: [UInt8]) {
    guard let snapshot = try? JSONDecoder().decode(SessionSnapshot.self, from: Data(value)) else {
      return nil
    }
    self = snapshot
  }

  /// Whether it has not ended.
  package var isOpen: Bool { endedDate == nil }
}
