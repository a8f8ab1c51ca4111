/// What one call of `EmbeddedLog.compact(maxRecords:)` did.
package struct CompactionReport: Sendable, Hashable {
  /// Records removed because of `retention.ms` or `retention.bytes`.
  package var expired = 0
  /// Records removed because a newer one of the same key exists.
  package var superseded = 0
  /// Tombstones removed because they were readable for long enough.
  package var tombstones = 0
  /// Whether the bound of the call ended it; call again soon.
  package var hasMore = false

  /// Creates an empty report.
  package init() {}

  /// Records removed for any reason.
  package var removed: Int { expired + superseded + tombstones }
}
