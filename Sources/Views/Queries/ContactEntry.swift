internal import Foundation
internal import GRDB
internal import WireFormat

/// A contact as the view has it.
package struct ContactEntry: Sendable, Hashable {
  package var id: String
  /// The contact that this id leads to, if it stands for nobody of its own.
  package var mergedTo: String?
  /// All ids under which it was seen, its own among them.
  package var mergeSet: [String]
  /// As it is in the topic: `schemas/contact.schema.json`.
  package var json: [UInt8]
}

extension ViewQueries {
  /// A contact, also an id that leads to another; `nil` if the view has none.
  package func contact(_ id: String) throws(ViewError) -> ContactEntry? {
    try store.read { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT mergedTo, mergeSet, json FROM contact WHERE id = ?", arguments: [id])
      else { return nil }
      let json: [UInt8]
      do { json = try Compression.decompress([UInt8](row[2] as Data)) } catch {
        throw ViewError.damaged("contact \(id): \(error)")
      }
      let set = (row[1] as String).split(separator: "\n").map(String.init)
      return ContactEntry(id: id, mergedTo: row[0], mergeSet: set.isEmpty ? [id] : set, json: json)
    }
  }

  /// The ids whose sessions are those of a contact.
  ///
  /// - Parameter includeMerged: whether sessions count that were of ids which were merged with it.
  package func contactIDs(of id: String, includeMerged: Bool) throws(ViewError) -> [String] {
    guard includeMerged, let entry = try contact(id) else { return [id] }
    guard let survivor = entry.mergedTo else { return entry.mergeSet }
    return try contact(survivor)?.mergeSet ?? [id, survivor]
  }
}
