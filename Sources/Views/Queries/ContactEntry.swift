internal import Foundation
internal import GRDB
package import JourneyModel
internal import WireFormat

/// A contact as the view has it.
package struct ContactEntry: Sendable, Hashable {
  /// What the person is known by.
  package struct Identifier: Sendable, Hashable {
    package var type: String
    package var value: String

    package init(type: String, value: String) { (self.type, self.value) = (type, value) }
  }

  package var id: String
  /// The contact that this id leads to, if it stands for nobody of its own.
  package var mergedTo: String?
  /// All ids under which it was seen, its own among them.
  package var mergeSet: [String]
  /// As it is in the topic: `schemas/contact.schema.json`.
  package var json: [UInt8]

  /// The time of the newest thing that is known of the person; `nil` if the record does not say.
  package var modified: EventTime? {
    let walk = JSONWalk(bytes: json)
    return walk.member("modifyDate", of: 0..<json.count).flatMap(walk.text).flatMap { EventTime(iso8601: $0) }
  }
}

extension ContactEntry {
  /// What the person is known by; none for an id that leads to another.
  package var identifiers: [Identifier] {
    let walk = JSONWalk(bytes: json)
    var found: [Identifier] = []
    guard let list = walk.member("identifiers", of: 0..<json.count) else { return found }
    _ = walk.elements(list) { element in
      guard let type = walk.member("type", of: element).flatMap(walk.text),
        let value = walk.member("value", of: element).flatMap(walk.text)
      else { return }
      found.append(Identifier(type: type, value: value))
    }
    return found
  }
}

extension ViewQueries {
  /// A contact, also an id that leads to another; `nil` if the view has none. Ids of other systems are as
  /// they are; those that were made here are in small letters and known in any.
  package func contact(_ id: String) throws(ViewError) -> ContactEntry? {
    if let entry = try exactContact(id) { return entry }
    let small = id.lowercased()
    return small == id ? nil : try exactContact(small)
  }

  private func exactContact(_ id: String) throws(ViewError) -> ContactEntry? {
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
    guard let entry = try contact(id) else { return Array(Set([id, id.lowercased()])) }
    guard includeMerged else { return [entry.id] }
    guard let survivor = entry.mergedTo else { return entry.mergeSet }
    return try contact(survivor)?.mergeSet ?? [entry.id, survivor]
  }

  /// The ids of the sessions that go with a person, by the lane that wrote them; those that were merged into
  /// others as well.
  ///
  /// - Parameters:
  ///   - contacts: all ids of the person.
  ///   - identifiers: hers. A session of such a customer goes also if it shows somebody else.
  package func sessionsByLane(
    ofContacts contacts: [String], identifiers: [ContactEntry.Identifier]
  ) throws(ViewError) -> [LaneNumber: [String]] {
    try store.read { database in
      let places = contacts.map { _ in "?" }.joined(separator: ", ")
      let customers = identifiers.map { _ in
        " UNION SELECT lane, id FROM session WHERE idType = ? AND customerId = ?"
      }
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT lane, id FROM session WHERE contactId IN (\(places))
          UNION SELECT o.lane, o.id FROM contact_device d JOIN session o
            ON o.idType = d.idType AND o.customerId = d.value AND o.created >= d.start AND o.created < d.stop
          WHERE d.contact IN (\(places)) AND o.contactId IS NULL\(customers.joined()) ORDER BY 1, 2
          """,
        arguments: StatementArguments(contacts + contacts + identifiers.flatMap { [$0.type, $0.value] }))
      return Dictionary(grouping: rows) { LaneNumber($0[0]) }.mapValues { $0.map { $0[1] as String } }
    }
  }
}
