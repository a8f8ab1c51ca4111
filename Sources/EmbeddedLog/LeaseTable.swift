internal import EventLog
internal import GRDB

/// The leases as they are stored. Every function runs inside the caller's transaction.
enum LeaseTable {
  /// One renewal of a lease: while it stays the newest, nobody has renewed.
  struct Renewal: Sendable, Equatable {
    var epoch: Int64
    /// The owner's wall clock, and one more than before where that did not move on.
    var number: Int64
  }

  /// One stored lease.
  struct Row {
    var lease: GroupLease
    var isReleased: Bool
    var holder: ProcessIdentity
    var renewal: Renewal

    /// Whether this member may take the lease: it is free, its holder is gone, or nothing came after the
    /// renewal that is said to have expired.
    ///
    /// A live process that asks again under the same instance replaces its own earlier consumer, as a Kafka
    /// member with the same `group.instance.id` does.
    func isFree(for instance: String, expired: Renewal?) -> Bool {
      isReleased || renewal == expired || holder.isCertainlyDead
        || (lease.owner == instance && holder == ProcessIdentity.current)
    }
  }

  /// The stored lease of a group, whether or not it still holds.
  static func find(_ group: String, in database: Database) throws -> Row? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT owner, epoch, process, expires_at, released, process_started, boot, namespace, renewed_at FROM leases
        WHERE group_name = ?
        """)
    guard let row = try GRDB.Row.fetchOne(statement, arguments: [group]) else { return nil }
    return Row(
      lease: GroupLease(group: group, owner: row[0], epoch: row[1], pid: row[2], expires: row[3]),
      isReleased: row[4],
      holder: ProcessIdentity(process: row[2], started: row[5], boot: row[6], namespace: row[7]),
      renewal: Renewal(epoch: row[1], number: row[8]))
  }

  /// Takes the lease if it is free and returns the new epoch; `nil` if somebody holds it.
  static func acquire(
    _ group: String, instance: String, expired: Renewal?, now: Int64, duration: Int64, in database: Database
  ) throws -> Int64? {
    let current = try find(group, in: database)
    if let current, !current.isFree(for: instance, expired: expired) { return nil }
    let epoch = (current?.lease.epoch ?? 0) + 1
    let process = ProcessIdentity.current
    try database.execute(
      sql: "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
      arguments: [
        group, instance, epoch, now, now + duration, process.process, process.started, process.boot,
        process.namespace,
      ])
    return epoch
  }

  /// Renews the lease; throws `leaseLost` if another epoch holds it.
  ///
  /// A lease that ran out but that nobody took is renewed: its owner is still the only one.
  static func renew(_ group: String, epoch: Int64, now: Int64, duration: Int64, in database: Database) throws
  {
    try database.cachedStatement(
      sql: """
        UPDATE leases SET renewed_at = max(renewed_at + 1, ?), expires_at = ?
        WHERE group_name = ? AND epoch = ? AND released = 0
        """
    ).execute(arguments: [now, now + duration, group, epoch])
    if database.changesCount == 0 { throw lost(group, epoch: epoch, holder: try find(group, in: database)) }
  }

  /// Whether this epoch still owns the group.
  static func holds(_ group: String, epoch: Int64, in database: Database) throws -> Bool {
    let statement = try database.cachedStatement(
      sql: "SELECT count(*) FROM leases WHERE group_name = ? AND epoch = ? AND released = 0")
    return try Int64.fetchOne(statement, arguments: [group, epoch]) == 1
  }

  /// Gives the lease back. Does nothing if another epoch holds it.
  static func release(_ group: String, epoch: Int64, in database: Database) throws {
    try database.execute(
      sql: "UPDATE leases SET released = 1 WHERE group_name = ? AND epoch = ?", arguments: [group, epoch])
  }

  private static func lost(_ group: String, epoch: Int64, holder: Row?) -> LogError {
    let now =
      holder.map { "'\($0.lease.owner)' (process \($0.lease.pid)) has epoch \($0.lease.epoch)" } ?? "nobody"
    return LogError(
      .ownershipLost, code: "leaseLost", "group '\(group)': this member held epoch \(epoch), now \(now)")
  }
}
