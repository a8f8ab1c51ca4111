internal import GRDB

/// The time by which records grow old, in milliseconds since the file was first maintained. It is in the file
/// and only ever moves forward, however the machine's clock is set.
///
/// Within one run of the machine it follows the uptime. Where the machine was started anew, the wall clock is
/// all there is: it counts for `maxStep` at most, so one wrong reading can age nothing by more than that.
struct RetentionClock {
  /// Moves the clock to this reading and returns its time.
  static func advance(
    uptime: Uptime, wall: Int64, maxStep: Duration, in database: Database
  ) throws -> Int64 {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT elapsed, boot, uptime, wall FROM retention_clock WHERE id = 0")
    else {
      try store(0, uptime, wall, in: database)
      return 0
    }
    let elapsed: Int64 = row[0]
    let isSameRun = !uptime.boot.isEmpty && (row[1] as String) == uptime.boot
    let passed =
      isSameRun
      ? uptime.milliseconds - (row[2] as Int64) : min(wall - (row[3] as Int64), maxStep.milliseconds)
    let time = elapsed + max(passed, 0)
    try store(time, uptime, wall, in: database)
    return time
  }

  private static func store(_ elapsed: Int64, _ uptime: Uptime, _ wall: Int64, in database: Database) throws {
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO retention_clock VALUES (0, ?, ?, ?, ?)")
      .execute(arguments: [elapsed, uptime.boot, uptime.milliseconds, wall])
  }
}
