internal import JourneyModel
internal import WireFormat

/// The actors of the lanes that a worker owns, and of those that it has just given back: one that comes back
/// unchanged need not be restored.
struct OwnedLanes {
  /// A lane without an owner, and what was known of it.
  struct Kept {
    var lane: Lane
    var journal: JournalRecord
    var known: LaneAction.Kept
  }

  /// The lanes that are at work.
  private(set) var running: [LaneNumber: Lane] = [:]
  /// Journal record of each lane's newest batch that was handed over.
  private var journals: [LaneNumber: JournalRecord] = [:]
  /// Lanes that were taken away, until the next assignment.
  private(set) var kept: [LaneNumber: Kept] = [:]

  /// Puts a lane to work whose journal ends with a record.
  mutating func start(_ number: LaneNumber, _ lane: Lane?, tail: JournalRecord?) {
    journals[number] = tail
    running[number] = lane
  }

  /// Notes the journal record of a lane's newest batch.
  mutating func reduced(_ number: LaneNumber, _ journal: JournalRecord) { journals[number] = journal }

  /// Keeps lanes on which nothing is being reduced. Whether what they hold is what has been committed is seen
  /// when they come back: by the journal's tail.
  mutating func keep(_ idle: [LaneAction.Kept]) {
    for known in idle {
      guard let lane = running[known.lane], let journal = journals[known.lane] else { continue }
      kept[known.lane] = Kept(lane: lane, journal: journal, known: known)
    }
  }

  /// Lets lanes go.
  mutating func drop(_ numbers: [LaneNumber]) {
    for number in numbers { running[number] = nil }
  }

  /// Lets go what was kept and has not come back.
  mutating func forgetKept() { kept = [:] }
}
