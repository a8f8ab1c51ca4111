import Foundation

/// What the terminal shows of a session snapshot: the members of `schemas/session.schema.json` that a card needs.
package struct SessionSnapshot: Decodable, Sendable {
  package struct Attribute: Decodable, Sendable {
    var value: String
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
