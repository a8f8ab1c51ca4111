package import Identity
package import JourneyModel

/// What is kept of persons: found by key, made when something is said of them. What it says is the lane's
/// business.
extension Sessionizer {
  /// The digest of the key of a value of persons, by which it is found and put away.
  package static func personDigest(_ kind: StoredKind, _ name: [UInt8]) -> UInt64 {
    let key = kind.keyPrefix + name
    return FNV1a(of: ByteSlice(offset: 0, length: key.count), in: key).value
  }

  /// The id of a value of persons, under which it is stored.
  package static func personID(_ kind: StoredKind, _ name: [UInt8]) -> SessionID {
    SessionID(
      type: kind.keyPrefix, customerIDType: [], customerID: kind.keyPrefix + name, firstEventID: [], at: nil)
  }

  /// What is known of an identifier.
  package func identifier(_ key: IdentifierKey) -> IdentifierRecord? {
    guard !indexes.identifiers.isEmpty else { return nil }
    let name = StoredKind.identifier.keyPrefix + key.bytes
    return indexes.identifiers[Sessionizer.personDigest(.identifier, key.bytes)].first { $0.key == name }
  }

  /// What is known of a device.
  package func device(_ key: IdentifierKey) -> DeviceRecord? {
    guard !indexes.devices.isEmpty else { return nil }
    let name = StoredKind.device.keyPrefix + key.bytes
    return indexes.devices[Sessionizer.personDigest(.device, key.bytes)].first { $0.key == name }
  }

  /// What is known of a contact's id.
  package func contact(_ id: ContactID) -> ContactRecord? {
    guard !indexes.contacts.isEmpty else { return nil }
    let name = StoredKind.contact.keyPrefix + id.text
    return indexes.contacts[Sessionizer.personDigest(.contact, id.text)].first { $0.key == name }
  }

  /// A new value of persons, of which nothing is known.
  package func makePerson(_ kind: StoredKind, _ name: [UInt8], at time: EventTime) -> StoredValue {
    let key = kind.keyPrefix + name
    let id = Sessionizer.personID(kind, name)
    let identity = Session.Identity(
      type: .empty, customerIDType: .empty, customerID: .empty, externalID: .empty, of: [], key: key)
    // Its timers are those of the web: which stream they follow matters to nobody, as long as it is always
    // the same one.
    let value = StoredValue.make(
      id: id, stream: .web, keyDigest: Sessionizer.personDigest(kind, name), key: key, identity: identity,
      first: time)
    insert(value)
    return value
  }

  /// Notes that the batch has changed a value of persons at an event time.
  package func changed(_ value: StoredValue, at time: EventTime) {
    value.first = min(value.first, time)
    value.last = max(value.last, time)
    mark(value)
    schedule(value)
  }

  /// The sessions in memory that are found by a digest: of a key, where one is given, else of any. In order
  /// of their ids: the table's order depends on what was away.
  package func sessions(_ digest: UInt64, key: [UInt8]? = nil) -> [Session] {
    residentSessions(digest).filter { session in key.map { $0 == session.key } ?? true }
      .sorted { $0.id < $1.id }
  }

  /// Notes that what a session knows of its person has changed, and nothing that is shown.
  package func changed(person session: Session) { mark(session) }

  /// Counts that what is shown of a session's customer has changed; its snapshot goes out with this batch.
  package func changedContact(_ session: Session) {
    session.person?.revision += 1
    mark(session, .milestone)
  }
}
