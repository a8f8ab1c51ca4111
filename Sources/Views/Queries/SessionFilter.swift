package import JourneyModel

/// Which sessions a list has. Sessions that were merged into others are in none.
package struct SessionFilter: Sendable, Hashable {
  /// Fewest and most characters of a text that is searched for; three of them are looked up at a time.
  package static let textLength = 3...200

  /// Where a text is searched for.
  package enum Place: String, Sendable, CaseIterable {
    /// Ids: of the session, its customer, its conversation.
    case ids
    /// Titles of pages, searches, wrap-ups.
    case events
    /// Values that were projected from events.
    case attributes
  }

  /// A part of a text of the session, whatever the case of its letters; or all of the session's id.
  package var text: String?
  /// Where `text` may be.
  package var places = Set(Place.allCases)
  package var customer: Customer?
  /// Ids of contacts: sessions that name one of them, and those of their devices that name nobody.
  package var contacts: [String]?
  package var type: String?
  package var isOpen: Bool?
  /// Ids of definitions.
  package var segment: String?
  package var outcome: String?
  /// Id or name.
  package var queue: String?
  package var agent: String?
  /// Sessions that began at or after this time, and before that one.
  package var from: EventTime?
  package var to: EventTime?
  /// Divisions that may be seen, beside sessions without any; `nil` for all.
  package var divisions: Set<String>?
  /// Types that may be seen; `nil` for all.
  package var types: Set<String>?

  package struct Customer: Sendable, Hashable {
    package var idType: String
    package var id: String

    package init(idType: String, id: String) { (self.idType, self.id) = (idType, id) }
  }

  package init() {}

  /// A number that tells it from other filters.
  package var number: UInt64 {
    Cursor.filter([
      text, places.map(\.rawValue).sorted().joined(separator: ","), customer?.idType, customer?.id,
      contacts?.joined(separator: "\n"), type,
      isOpen.map { "\($0)" }, segment, outcome, queue, agent, from.map { "\($0.milliseconds)" },
      to.map { "\($0.milliseconds)" }, divisions.map { $0.sorted().joined(separator: "\n") },
      types.map { $0.sorted().joined(separator: "\n") },
    ])
  }
}
