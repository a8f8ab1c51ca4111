import Foundation

/// What the terminal shows of a session snapshot: the members of `schemas/session.schema.json` that a card
/// needs.
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
    var values: [Attribute]
  }

  package struct Card: Decodable, Sendable {
    var title: String
    var icon: String
    var color: String
    var status: String
    var duration: String
    var queue: String?
    var agent: String?
    var currentPage: String?
    var segments: Int
  }

  package struct MapEvent: Decodable, Sendable {
    var eventName: String
    var createdDate: String
    var title: String?
    var searchQuery: String?
    var wrapup: String?
  }

  /// What is defined of events of a name.
  package struct EventType: Decodable, Sendable {
    var displayName: String?
  }

  package struct JourneyMap: Decodable, Sendable {
    var events: [MapEvent]
    var omitted: Int
    var eventTypes: [String: EventType]?
  }

  package struct SegmentAssignment: Decodable, Sendable {
    var segment: Reference
  }

  package struct Reference: Decodable, Sendable {
    var id: String?
    var type: String?
  }

  /// Either form that a conversation names its web session in.
  package struct JourneyContext: Decodable, Sendable {
    var customerSession: Reference?
    var sessionId: String?
    var sessionIdType: String?
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
  package var browser: SessionDetails?
  package var device: SessionDetails?
  package var geolocation: SessionDetails?
  package var conversation: Reference?
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
