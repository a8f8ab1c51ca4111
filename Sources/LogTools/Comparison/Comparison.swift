package import JourneyModel
package import JourneyRules

/// What two sets of definitions make of the same events, and where they differ.
package struct Comparison: Sendable {
  /// Which of the two.
  package enum Side: Int, Sendable, Hashable, CaseIterable {
    case old
    case new
  }

  /// What happened to a definition in a session: the same thing again is the same row.
  package struct Happening: Sendable, Hashable {
    package var kind: DefinitionKind
    package var definition: String
    /// `assigned`, `unassigned`, `achieved`, `qualified`, `offered`, `expired`, `blocked`, …
    package var word: String
    /// The vendor's word for what blocked it.
    package var reason: String?
  }

  /// How often something happened by one of the sets, and when first.
  package struct Told: Sendable, Hashable {
    package var count = 0
    /// Event time; `nil` if it did not happen.
    package var first: EventTime?
    /// The id of the event that caused it; `nil` if a timer did.
    package var event: String?
  }

  /// A difference: something that happened in a session by one set and not by the other, or otherwise.
  package struct Row: Sendable, Hashable {
    package var happening: Happening
    package var session: String
    package var customerID: String
    package var customerIDType: String
    package var old = Told()
    package var new = Told()
  }

  /// How often something happened in all sessions.
  package struct Count: Sendable, Hashable {
    package var happening: Happening
    package var old: Int
    package var new: Int
  }

  /// How many rows are kept at most.
  package static let maxRows = 100_000

  /// Everything that happened by either set, by kind, definition and word.
  package var counts: [Count] = []
  /// Where they differ, in that order and then by session.
  package var rows: [Row] = []
  /// Differences that are only counted, as more than `maxRows` are open.
  package var omittedRows = 0
  /// Events that were folded into sessions, and the times of the first and last.
  package var events = 0
  package var first: EventTime?
  package var last: EventTime?
  /// Sessions that were seen, and those whose first event surely was.
  package var sessions = 0
  package var wholeSessions = 0
  /// What limits the answer.
  package var notes: [String] = []

  package init() {}

  /// Whether the sets give anything different.
  package var differs: Bool { !rows.isEmpty || omittedRows > 0 }
}
