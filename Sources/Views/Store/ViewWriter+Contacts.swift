internal import Bytes
internal import Foundation
internal import GRDB
internal import WireFormat

extension ViewWriter {
  /// Applies a contact, unless a newer revision is there.
  func apply(_ row: ContactRow) throws {
    let facts = row.facts
    let known = try Int.fetchOne(
      try database.cachedStatement(sql: "SELECT revision FROM contact WHERE id = ?"), arguments: [facts.id])
    if let known, known >= facts.revision { return }
    try execute(
      """
      INSERT OR REPLACE INTO contact (id, written, revision, mergedTo, mergeSet, json)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        facts.id, row.written, facts.revision, facts.mergedTo, facts.mergeSet.joined(separator: "\n"),
        Data(Compression.compress(row.json)),
      ])
    try execute("DELETE FROM contact_device WHERE contact = ?", [facts.id])
    for device in Set(facts.devices) {
      try execute(
        "INSERT INTO contact_device (contact, idType, value, start, stop) VALUES (?, ?, ?, ?, ?)",
        [facts.id, device.idType, device.value, device.from, device.to])
    }
  }

  /// Removes a contact that its topic has a tombstone of.
  func removeContact(id: String, written: Int64) throws {
    try execute("DELETE FROM contact_device WHERE contact = ?", [id])
    try execute("DELETE FROM contact WHERE id = ?", [id])
    try ViewFacts(database).set(.purgeSince, to: ViewFacts(database).integer(.purgeSince) ?? written)
  }
}
