internal import JourneyModel
internal import WireFormat

/// What one record changes in the view.
enum ViewRow: Equatable {
  case session(SessionRow)
  /// The session is gone, and everything that is known of it.
  case removal(id: String, written: Int64)
  case contact(ContactRow)
  /// The contact is gone.
  case contactRemoval(id: String, written: Int64)
  case derived(DerivedRow)
  case rejected(RejectedRow)
  case lane(LaneRow)
  case definition(key: String, value: [UInt8]?)
  case event(EventRow)
}

struct SessionRow: Equatable {
  var lane: LaneNumber
  /// When the record was written, in milliseconds since 1970-01-01T00:00:00Z: what retention goes by.
  var written: Int64
  var facts: SnapshotFacts
  /// As it is in the topic.
  var snapshot: [UInt8]
}

struct ContactRow: Equatable {
  var written: Int64
  var facts: ContactFacts
  /// As it is in the topic.
  var json: [UInt8]
}

struct DerivedRow: Equatable {
  var topic: String
  var lane: LaneNumber
  var offset: Int64
  var written: Int64
  var facts: DerivedFacts
  var json: [UInt8]
}

struct RejectedRow: Equatable {
  /// Bytes of a dead letter that are kept.
  static let maxHeadBytes = 4_096

  var lane: LaneNumber
  var offset: Int64
  var written: Int64
  var reason: String
  var explanation: String
  var topic: String
  var originPartition: Int32
  var originOffset: Int64
  var head: [UInt8]
  /// Length of the whole value in bytes.
  var bytes: Int
}

struct LaneRow: Equatable {
  /// What `journal` says.
  var record: JournalRecord
  var lane: LaneNumber
  var offset: Int64
  var sequence: Int
  var takenAt: Int64
  var journal: [UInt8]
}

/// An event of an input topic.
struct EventRow: Equatable {
  /// By whose sessions it is found.
  var key: EventKey
  var id: String
  var time: Int64
  var written: Int64
  var stream: String
  var topic: String
  var partition: Int32
  var offset: Int64
  /// A JSON object of attributes by name; `nil` if the event has none.
  var attributes: [UInt8]?
  /// Attributes that are left out for their length.
  var omitted: Int
}
