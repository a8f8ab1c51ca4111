/// The newest snapshot of each session, as a subscriber of the compacted topic holds them.
package struct SessionBoard: Sendable {
  private var values: [String: [UInt8]] = [:]

  package init() {}

  /// Takes a record. A later record of a session replaces the earlier one; one without value removes it.
  package mutating func take(_ record: SessionRecord) {
    values[record.key] = record.value
  }

  /// One session's snapshot as it is on the topic.
  package func value(_ id: String) -> [UInt8]? { values[id] }

  /// The sessions, newest first; those that were merged into another are part of that one and not listed.
  package func sessions() -> [SessionSnapshot] {
    values.values.compactMap { SessionSnapshot($0) }.filter { $0.mergedInto == nil }.sorted(
      by: SessionBoard.isNewer)
  }

  /// Newest first; sessions that began at the same time in an order that stays the same.
  private static func isNewer(_ left: SessionSnapshot, _ right: SessionSnapshot) -> Bool {
    left.createdDate == right.createdDate ? left.id < right.id : left.createdDate > right.createdDate
  }
}
