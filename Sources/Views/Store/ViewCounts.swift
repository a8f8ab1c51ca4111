internal import GRDB

/// How much a view holds.
package struct ViewCounts: Sendable, Hashable {
  /// Sessions, those that were merged into others counted.
  package static func sessions(in store: ViewStore) throws(ViewError) -> Int {
    try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM session") ?? 0 }
  }
}
