internal import Foundation
internal import GRDB
package import JourneyModel
internal import WireFormat

/// A session as the view has it.
package struct SessionEntry: Sendable, Hashable {
  package var id: String
  package var type: String
  package var customerIDType: String
  package var customerID: String
  package var created: EventTime
  package var isOpen: Bool
  package var revision: Int
  /// The session in which this one lives on.
  package var mergedInto: String?
  /// Divisions of a conversation; none of other sessions.
  package var divisions: [String]
  /// The lane that owns it.
  package var lane: LaneNumber
  /// The snapshot as it is in the topic: `schemas/session.schema.json`.
  package var snapshot: [UInt8]

  static let columns =
    "s.id, s.type, s.idType, s.customerId, s.created, s.ended, s.revision, s.mergedInto, s.divisions, "
    + "s.lane, s.snapshot"
}

extension SessionEntry {
  init(_ row: Row) throws {
    id = row[0]
    type = row[1]
    customerIDType = row[2]
    customerID = row[3]
    created = EventTime(milliseconds: row[4])
    isOpen = row[5] as Int64? == nil
    revision = row[6]
    mergedInto = row[7]
    divisions = (row[8] as String).split(separator: "\n").map(String.init)
    lane = LaneNumber(row[9])
    do { snapshot = try Compression.decompress([UInt8](row[10] as Data)) } catch {
      throw ViewError.damaged("session \(id): \(error)")
    }
  }
}

/// Some sessions of a list, the newest first, and where it goes on.
package struct SessionPage: Sendable, Hashable {
  package var sessions: [SessionEntry]
  /// `nil` at the end of the list.
  package var next: Cursor?
  /// Whether it was asked for one session by all of its id.
  package var isOfOneID = false
}

/// The session of a conversation.
package struct ConversationEntry: Sendable, Hashable {
  package var session: SessionEntry
  /// When its last event was, in milliseconds since 1970-01-01T00:00:00Z.
  package var last: Int64

  /// Whether it is rather the session of its conversation than another one.
  func isBefore(_ other: ConversationEntry) -> Bool {
    let (isHere, isOtherHere) = (session.mergedInto == nil, other.session.mergedInto == nil)
    if isHere != isOtherHere { return isHere }
    return (other.last, session.id) < (last, other.session.id)
  }
}
