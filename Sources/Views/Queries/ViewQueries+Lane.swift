internal import GRDB

extension ViewQueries {
  /// The lane that owns a session; `nil` if the view has none with this id.
  package func lane(of id: String) throws(ViewError) -> Int32? {
    try store.read { database in
      try Int32.fetchOne(database, sql: "SELECT lane FROM session WHERE id = ?", arguments: [id])
    }
  }
}
