internal import GRDB
package import JourneyModel

/// From when on ended sessions are too old, by when their newest snapshot was written.
package struct SessionAges: Sendable, Hashable {
  /// Milliseconds since 1970-01-01T00:00:00Z for each type that has a time of its own; `nil` keeps them.
  package var byType: [String: Int64?]
  /// For all other types.
  package var others: Int64?

  package init(byType: [String: Int64?], others: Int64?) {
    (self.byType, self.others) = (byType, others)
  }
}

extension ViewQueries {
  /// The ids of ended sessions that are too old, by the lane that wrote them, the oldest first.
  ///
  /// - Parameter limit: ids at most.
  package func endedSessions(before ages: SessionAges, limit: Int) throws(ViewError) -> [LaneNumber: [String]]
  {
    try store.read { database in
      var conditions: [String] = []
      var arguments: StatementArguments = []
      for (type, before) in ages.byType.sorted(by: { $0.key < $1.key }) {
        guard let before else { continue }
        conditions.append("type = ? AND written < ?")
        arguments += [type, before]
      }
      if let before = ages.others {
        let own = ages.byType.keys.sorted()
        conditions.append("type NOT IN (\(own.map { _ in "?" }.joined(separator: ", "))) AND written < ?")
        arguments += StatementArguments(own)
        arguments += [before]
      }
      guard !conditions.isEmpty else { return [:] }
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT lane, id FROM session
          WHERE ended IS NOT NULL AND (\(conditions.joined(separator: " OR "))) ORDER BY written, id LIMIT ?
          """, arguments: arguments + [limit])
      return Dictionary(grouping: rows) { LaneNumber($0[0]) }.mapValues { $0.map { $0[1] as String } }
    }
  }
}
