internal import Foundation
internal import GRDB
package import JourneyModel
internal import WireFormat

/// The definitions in force, and what they gave lately.
package struct DefinitionListing: Sendable, Hashable {
  package struct Entity: Sendable, Hashable {
    /// `segment`, `outcome`, `actionMap`, …
    package var kind: String
    package var id: String
    /// The definition as an object.
    package var json: [UInt8]
    /// How often rules gave something by it in the time that was asked for, and when last.
    package var matches = 0
    package var matchedAt: EventTime?
  }

  package var bundle: String
  /// Counts the changes of what is in force.
  package var revision: Int
  package var appliedAt: EventTime
  package var entities: [Entity]

  /// Notes what they gave.
  package mutating func note(_ matches: [DefinitionMatches]) {
    let known = Dictionary(matches.map { ([$0.kind, $0.id], $0) }) { first, _ in first }
    for index in entities.indices {
      guard let found = known[[entities[index].kind, entities[index].id]] else { continue }
      entities[index].matches = found.count
      entities[index].matchedAt = found.newest
    }
  }
}

/// What a definition gave in some time.
package struct DefinitionMatches: Sendable, Hashable {
  package var kind: String
  package var id: String
  package var count: Int
  package var newest: EventTime

  func adding(_ other: DefinitionMatches) -> DefinitionMatches {
    DefinitionMatches(kind: kind, id: id, count: count + other.count, newest: max(newest, other.newest))
  }
}

extension ViewQueries {
  /// The definitions in force; `nil` if there are none. What they gave is another question.
  package func definitions() throws(ViewError) -> DefinitionListing? {
    try store.read { database in
      guard
        let value = try Data.fetchOne(database, sql: "SELECT value FROM definition WHERE key = 'current'"),
        let current = try? DefinitionRecords.Current(decoding: [UInt8](value)),
        let bundle = try ViewQueries.bundle(current.bundle, database)
      else { return nil }
      return DefinitionListing(
        bundle: current.bundle, revision: current.revision, appliedAt: current.appliedAt,
        entities: DefinitionListing.entities(bundle))
    }
  }

  /// The text of a bundle; `nil` if pieces of it are missing, or are none.
  private static func bundle(_ hash: String, _ database: Database) throws -> [UInt8]? {
    let prefix = "bundle/\(hash)/"
    let rows = try Row.fetchAll(
      database, sql: "SELECT key, value FROM definition WHERE key >= ? AND key < ?",
      arguments: [prefix, prefix + "~"])
    let pieces = rows.compactMap { row in
      try? DefinitionRecords.chunk(key: Array((row[0] as String).utf8), value: [UInt8](row[1] as Data))
    }.sorted { $0.index < $1.index }
    guard let count = pieces.first?.count, pieces.map(\.index) == Array(0..<count) else { return nil }
    return try? Compression.decompress(Array(pieces.map(\.bytes).joined()))
  }

  /// What definitions gave since a time.
  package func matches(since: EventTime) throws(ViewError) -> [DefinitionMatches] {
    try store.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT kind, definition, count(*), max(time) FROM derived
          WHERE written >= ? AND definition IS NOT NULL GROUP BY kind, definition
          """, arguments: [since.milliseconds]
      ).compactMap { row in
        DefinitionListing.kind(ofEvent: row[0]).map {
          DefinitionMatches(
            kind: $0, id: row[1], count: row[2], newest: EventTime(milliseconds: row[3]))
        }
      }
    }
  }
}

extension DefinitionListing {
  /// Whose events are of a kind.
  static func kind(ofEvent kind: String) -> String? {
    switch kind {
    case "SegmentAssignmentEvent": "segment"
    case "OutcomeAchievedEvent": "outcome"
    case "WebActionEvent": "actionMap"
    default: nil
    }
  }

  static func entities(_ bundle: [UInt8]) -> [Entity] {
    let walk = JSONWalk(bytes: bundle)
    guard let list = walk.member("entities", of: 0..<bundle.count) else { return [] }
    var entities: [Entity] = []
    walk.elements(list) { range in
      guard let kind = walk.member("kind", of: range).flatMap(walk.text),
        let id = walk.member("id", of: range).flatMap(walk.text)
      else { return }
      entities.append(Entity(kind: kind, id: id, json: Array(bundle[range])))
    }
    return entities
  }
}
