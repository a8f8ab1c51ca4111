internal import JourneyModel

/// An event that is to be judged: the record as it would be published, but for its time.
struct Candidate {
  /// Its place in the body.
  var index: Int
  var stream: JourneyModel.Stream
  /// One JSON object, if it is none of those that the client got wrong.
  var value: [UInt8]
  /// The client's own; `nil` for one that was made, which says nothing to the client.
  var id: String?
  var isRepeatable = true
  /// Whether the client said when the event took place.
  var statesTime = true
  /// Whether its time is from a feed with a clock of its own, which is not ours to put right.
  var isFeed = false
  /// When the client sent it, by the client's clock.
  var sentAt: EventTime?
  /// Whether the record is written here, so that a wrong time may be written over.
  var isOurs = false
  /// Greatest age in milliseconds that the interface takes.
  var maxAge: Int64?
  /// The client's names for members that are called otherwise in the record, by their paths.
  var paths: [String: String] = [:]
  /// Values of the client's that found no place.
  var omitted = 0
  /// Set where the client's text is no event at all; the judge finds the words for it.
  var isBroken = false
}

/// What a dialect makes of a body before it is judged.
struct Drafts {
  var drafts: [Draft]
  /// What the events of a batch are in.
  var text: [UInt8] = []
  /// Where each of them is in it; empty for a body that is no batch.
  var parts: [Range<Int>] = []
}

/// What a dialect makes of one event before it is judged.
enum Draft {
  case candidate(Candidate)
  case item(IntakeItem)
}
