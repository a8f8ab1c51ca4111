import Foundation

/// What the terminal shows of a session snapshot: the members of `schemas/session.schema.json` that a card needs.
struct SessionSnapshot: Decodable, Sendable {
  struct Attribute: Decodable, Sendable {
    var value: String
  }

  struct AttributeList: Decodable, Sendable {
    var values: [Attribute]
  }

  struct Card: Decodable, Sendable {
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

  struct MapEvent: Decodable, Sendable {
    var eventName: String
    var createdDate: String
    var title: String?
    var searchQuery: String?
    var wrapup: String?
  }

  /// What is defined of events of a name.
  struct EventType: Decodable, Sendable {
    var displayName: String?
  }

  struct JourneyMap: Decodable, Sendable {
    var events: [MapEvent]
    var omitted: Int
    var eventTypes: [String: EventType]?
  }

  struct SegmentAssignment: Decodable, Sendable {
    var segment: Reference
  }

  struct Reference: Decodable, Sendable {
    var id: String?
    var type: String?
  }

  /// Either form that a conversation names its web session in.
  struct JourneyContext: Decodable, Sendable {
    var customerSession: Reference?
    var sessionId: String?
    var sessionIdType: String?
  }

  var id: String
  var type: String
  var customerId: String
  var customerIdType: String
  var externalId: String?
  var createdDate: String
  var endedDate: String?
  var mergedInto: String?
  var eventCount: Int
  var searchTerms: [String]?
  var attributes: [String: Attribute]?
  var attributeLists: [String: AttributeList]?
  var journeyContext: JourneyContext?
  var segmentAssignments: [SegmentAssignment]?
  var browser: SessionDetails?
  var device: SessionDetails?
  var geolocation: SessionDetails?
  var card: Card
  var journeyMap: JourneyMap

  /// Decodes a record's value; `nil` if it is no snapshot.
  init?(_ value: [UInt8]) {
    guard let snapshot = try? JSONDecoder().decode(SessionSnapshot.self, from: Data(value)) else {
      return nil
    }
    self = snapshot
  }

  /// Whether it has not ended.
  var isOpen: Bool { endedDate == nil }
}
