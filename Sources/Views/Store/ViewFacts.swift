internal import GRDB

/// Single values of the file.
struct ViewFacts {
  enum Name: String {
    /// The log, its topics and their partitions, as text.
    case log
    /// When the log was followed last, by the clock of whoever did, in milliseconds.
    case followedAt
    /// When the first of the removed texts was removed that are not overwritten yet; missing if all are.
    case purgeSince
    /// Up to which row of `event` it was looked for those that are in no session.
    case orphansThrough
  }

  private let database: Database

  init(_ database: Database) { self.database = database }

  func integer(_ name: Name) throws -> Int64? {
    try Int64.fetchOne(database, sql: "SELECT value FROM fact WHERE name = ?", arguments: [name.rawValue])
  }

  func text(_ name: Name) throws -> String? {
    try String.fetchOne(database, sql: "SELECT value FROM fact WHERE name = ?", arguments: [name.rawValue])
  }

  func set(_ name: Name, to value: (any DatabaseValueConvertible)?) throws {
    if let value {
      try database.execute(
        sql: "INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", arguments: [name.rawValue, value])
    } else {
      try database.execute(sql: "DELETE FROM fact WHERE name = ?", arguments: [name.rawValue])
    }
  }
}
