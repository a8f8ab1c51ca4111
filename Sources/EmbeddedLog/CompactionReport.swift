/// What one call of `EmbeddedLog.compact(maxRecords:)` did.
public struct CompactionReport: Sendable, Hashable {
  /// Records removed because of `retention.ms` or `retention.bytes`.
  public var expired = 0
  /// Records removed because a newer one of the same key exists.
  public var superseded = 0
  /// Tombstones removed because they were readable for long enough.
  public var tombstones = 0
  /// Whether the bound of the call ended it; call again soon.
  public var hasMore = false

  /// Creates an empty report.
  public init() {}

  /// Records removed for any reason.
  public var removed: Int { expired + superseded + tombstones }
}
