package import Identity
package import JourneyModel

/// What is kept of persons: found by key, made when something is said of them. What it says is the lane's
/// business.
extension Sessionizer {
  /// The digest of the key of a value of persons, by which it is found and put away.
  package static func personDigest(_ kind: StoredKind, _ name: [UInt8]) -> UInt64 {
    var digest = FNV1a(ofPrefix: kind)
    digest.add(ByteSlice(offset: 0, length: name.count), of: name)
    return digest.value
  }

  /// The same of a key.
  package static func personDigest(_ kind: StoredKind, _ key: IdentifierKey) -> UInt64 {
    var digest = FNV1a(ofPrefix: kind)
    for place in 0..<8 { digest.add(UInt8(truncatingIfNeeded: key.high >> UInt64(56 - 8 * place))) }
    for place in 0..<8 { digest.add(UInt8(truncatingIfNeeded: key.low >> UInt64(56 - 8 * place))) }
    return digest.value
  }

  /// The id of a value of persons, under which it is stored.
  package static func personID(_ kind: StoredKind, _ name: [UInt8]) -> SessionID {
    personID(kind.keyPrefix, key: kind.keyPrefix + name)
  }

  private static func personID(_ prefix: [UInt8], key: [UInt8]) -> SessionID {
    SessionID(type: prefix, customerIDType: [], customerID: key, firstEventID: [], at: nil)
  }

  /// What is known of an identifier.
  package func identifier(_ key: IdentifierKey) -> IdentifierRecord? {
    guard !indexes.identifiers.isEmpty else { return nil }
    return indexes.identifiers[Sessionizer.personDigest(.identifier, key)].first { $0.isNamed(key) }
  }

  /// What is known of a device.
  package func device(_ key: IdentifierKey) -> DeviceRecord? {
    guard !indexes.devices.isEmpty else { return nil }
    return indexes.devices[Sessionizer.personDigest(.device, key)].first { $0.isNamed(key) }
  }

  /// Whether anything may be known of the device that a session is on: asked first, as it costs less than to
  /// derive the device's key. `false` is certain.
  package func mayKnowDevice(of session: Session) -> Bool {
    guard !indexes.deviceCustomers.isEmpty else { return false }
    let identity = session.identity
    var digest = FNV1a(of: identity.customerIDType, in: identity.bytes)
    digest.add(identity.customerID, of: identity.bytes)
    return indexes.deviceCustomers[digest.value] != nil
  }

  /// Bytes of what is kept in memory of every device, wherever the device itself is.
  package var deviceIndexBytes: Int { indexes.deviceCustomerBytes }

  /// What is known of a contact's id.
  package func contact(_ id: ContactID) -> ContactRecord? {
    guard !indexes.contacts.isEmpty else { return nil }
    let name = id.text
    return indexes.contacts[Sessionizer.personDigest(.contact, name)].first { $0.isNamed(name) }
  }

  /// A new value of a device, of which nothing is known.
  package func makeDevice(_ device: Identifier, at time: EventTime) -> DeviceRecord {
    let value = makeValue(.device, device.key.bytes, at: time)
    guard case .device(let record) = value.content else { preconditionFailure("a value of another kind") }
    record.device = device
    insert(record)
    return record
  }

  /// A new value of persons, of which nothing is known.
  package func makePerson(_ kind: StoredKind, _ name: [UInt8], at time: EventTime) -> StoredValue {
    let value = makeValue(kind, name, at: time)
    insert(value)
    return value
  }

  private func makeValue(_ kind: StoredKind, _ name: [UInt8], at time: EventTime) -> StoredValue {
    let prefix = kind.keyPrefix
    let key = prefix + name
    let id = Sessionizer.personID(prefix, key: key)
    let identity = Session.Identity(
      type: .empty, customerIDType: .empty, customerID: .empty, externalID: .empty, of: [], key: key)
    // Its timers are those of the web: which stream they follow matters to nobody, as long as it is always
    // the same one.
    return StoredValue.make(
      id: id, stream: .web, keyDigest: Sessionizer.personDigest(kind, name), key: key, identity: identity,
      first: time)
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
    let found = residentSessions(digest)
    // Nearly always none or one.
    if found.isEmpty || found.count == 1 && key == nil { return found }
    let named = found.filter { session in key.map { $0 == session.key } ?? true }
    return named.count > 1 ? named.sorted { $0.id < $1.id } : named
  }

  /// Notes that what a session knows of its person has changed, and nothing that is shown.
  package func changed(person session: Session) { mark(session) }

  /// Counts that what is shown of a session's customer has changed; its snapshot goes out with this batch.
  package func changedContact(_ session: Session) {
    session.person?.revision += 1
    mark(session, .milestone)
  }
}

extension Session {
  /// Whether an event that was folded in last may say, or change, who is behind the session: it opens the
  /// session, is its earliest one, has traits or comes of a conversation, or something is known already.
  package func mayTell(_ event: borrowing Event) -> Bool {
    if hasPerson || eventCount == 1 { return true }
    if event.endTrait > event.endFact { return true }
    if event.time == first { return true }
    if event.stream.profile.isConversational { return true }
    return news.contains(.customer)
  }
}

extension FNV1a {
  /// The digest of what the keys of a kind begin with.
  fileprivate init(ofPrefix kind: StoredKind) {
    self.init()
    for byte in kind.keyPrefix { add(byte) }
  }
}

extension StoredValue {
  /// Whether a value of persons is of a name; its key is that behind its kind's prefix.
  fileprivate func isNamed(_ name: IdentifierKey) -> Bool {
    let start = kind.keyPrefix.count
    guard key.count == start + 16 else { return false }
    var halves: (high: UInt64, low: UInt64) = (0, 0)
    for place in 0..<8 {
      halves.high = halves.high << 8 | UInt64(key[start + place])
      halves.low = halves.low << 8 | UInt64(key[start + 8 + place])
    }
    return halves.high == name.high && halves.low == name.low
  }

  fileprivate func isNamed(_ name: [UInt8]) -> Bool {
    let start = key.count - name.count
    guard start == kind.keyPrefix.count else { return false }
    return name.indices.allSatisfy { key[start + $0] == name[$0] }
  }
}
