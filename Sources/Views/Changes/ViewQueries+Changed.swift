internal import GRDB

extension ViewQueries {
  /// Sessions by their ids, from one state of the file; those that the view has not are missing.
  package func sessions(_ ids: [String]) throws(ViewError) -> [String: SessionEntry] {
    try store.read { database in
      var found: [String: SessionEntry] = [:]
      for id in ids {
        let row = try Row.fetchOne(
          try database.cachedStatement(
            sql: "SELECT \(SessionEntry.columns) FROM session s WHERE s.id = ?"), arguments: [id])
        if let row { found[id] = try SessionEntry(row) }
      }
      return found
    }
  }
}
