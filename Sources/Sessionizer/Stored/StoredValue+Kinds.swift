package import JourneyModel
internal import JourneyRules

extension StoredValue {
  /// A value by its kind.
  package enum Content {
    case session(Session)
    case customerMemory(CustomerMemory)
    case endedConversation(EndedConversation)
    case identifier(IdentifierRecord)
    case device(DeviceRecord)
    case contact(ContactRecord)
  }

  /// The value by its kind.
  package var content: Content {
    switch kind {
    case .session: .session(cast(to: Session.self))
    case .customerMemory: .customerMemory(cast(to: CustomerMemory.self))
    case .endedConversation: .endedConversation(cast(to: EndedConversation.self))
    case .identifier: .identifier(cast(to: IdentifierRecord.self))
    case .device: .device(cast(to: DeviceRecord.self))
    case .contact: .contact(cast(to: ContactRecord.self))
    }
  }

  /// The value as the class of its kind, which whoever calls has asked for.
  @inline(__always)
  final func cast<Class: StoredValue>(to subclass: Class.Type) -> Class {
    // Safe, as each subclass's initializer says its own kind. A checked cast searches the class hierarchy,
    // and this is asked for every value that a batch touches. Debug builds check it.
    unsafeDowncast(self, to: subclass)
  }

  /// The session, if it is one.
  package var session: Session? {
    if case .session(let session) = content { session } else { nil }
  }
}

/// What the lane asks of every kind.
extension StoredValue {
  /// A new value of the kind that its key says.
  package static func make(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Session.Identity,
    first: EventTime
  ) -> StoredValue {
    switch StoredKind(ofKey: key) {
    case .session:
      Session(id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
    case .customerMemory:
      CustomerMemory(id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
    case .endedConversation:
      EndedConversation(
        id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
    case .identifier:
      IdentifierRecord(
        id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
    case .device:
      DeviceRecord(id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
    case .contact:
      ContactRecord(id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
    }
  }

  /// Whether the lane has let go of it: forgotten, or merged into another one.
  package var isGone: Bool {
    switch content {
    case .session(let session): session.lifecycle == .forgotten || session.lifecycle == .merged
    case .customerMemory(let memory): memory.isForgotten
    case .endedConversation(let ending): ending.isForgotten
    case .device(let record): record.isForgotten
    case .identifier, .contact: false
    }
  }

  /// Whether it is a session that was merged into another one.
  var isMerged: Bool {
    switch content {
    case .session(let session): session.lifecycle == .merged
    case .customerMemory, .endedConversation, .identifier, .device, .contact: false
    }
  }

  /// Whether only a watermark changes it any more, no tick.
  var isFinal: Bool {
    switch content {
    case .session(let session): session.lifecycle == .final
    case .customerMemory, .endedConversation, .identifier, .device, .contact: false
    }
  }

  /// Counts its changes; always 0 where its kind has no revisions.
  package var storedRevision: Int {
    switch content {
    case .session(let session): session.revision
    case .customerMemory, .endedConversation, .identifier, .device, .contact: 0
    }
  }

  /// Estimate of the memory that it occupies, in bytes.
  package var residentBytes: Int {
    switch content {
    case .session(let session): session.memoryBytes
    case .customerMemory(let memory): memory.memoryBytes
    case .endedConversation(let ending): ending.memoryBytes
    case .identifier(let record): record.memoryBytes
    case .device(let record): record.memoryBytes
    case .contact(let record): record.memoryBytes
    }
  }

  /// Bytes of what a batch that ends lets go of with it.
  var goneBytes: Int {
    switch content {
    case .session(let session): session.byteCount
    case .customerMemory, .endedConversation, .identifier, .device, .contact: 0
    }
  }

  /// Marks it as forgotten, and frees what it knows; for one that is dropped but still referred to.
  func release() {
    switch content {
    case .session(let session):
      session.lifecycle = .forgotten
      session.releaseStores()
    case .customerMemory(let memory): memory.drop()
    case .endedConversation(let ending): ending.isForgotten = true
    case .device(let record): record.isForgotten = true
    case .identifier, .contact: break
    }
  }
}

/// Where the kinds are held that few events look for; sessions have a table of their own.
struct StoredIndexes {
  /// What is remembered of customers.
  var memories = KeyIndex<CustomerMemory>()
  /// What is remembered of conversations.
  var endings = KeyIndex<EndedConversation>()
  /// What is known of identifiers of persons.
  var identifiers = KeyIndex<IdentifierRecord>()
  /// What is known of devices.
  var devices = KeyIndex<DeviceRecord>()
  /// What is known of contacts' ids.
  var contacts = KeyIndex<ContactRecord>()
  /// How many devices there are of a customer's id, in memory or away, by a digest of the id: a session asks
  /// here first, as a device's key costs more to derive.
  var deviceCustomers: [UInt64: Int] = [:]

  /// Estimate of the memory that `deviceCustomers` occupies, in bytes: tables have 4/3 of their capacity in
  /// buckets, and a bit for each.
  var deviceCustomerBytes: Int {
    let capacity = deviceCustomers.capacity
    return capacity * 4 / 3 * (MemoryLayout<UInt64>.stride + MemoryLayout<Int>.stride) + capacity / 6
  }

  mutating func count(_ record: DeviceRecord, by step: Int) {
    guard let digest = record.customerDigest else { return }
    let count = deviceCustomers[digest, default: 0] + step
    deviceCustomers[digest] = count > 0 ? count : nil
  }
}

/// Where each kind is held, and what its timers do.
extension Sessionizer {
  /// Holds a value.
  func insert(_ value: StoredValue) {
    switch value.content {
    case .session(let session): insert(session)
    case .customerMemory(let memory):
      indexes.memories.insert(memory)
      residentCount += 1
    case .endedConversation(let ending):
      indexes.endings.insert(ending)
      residentCount += 1
    case .identifier(let record):
      indexes.identifiers.insert(record)
      residentCount += 1
    case .device(let record):
      indexes.devices.insert(record)
      indexes.count(record, by: 1)
      residentCount += 1
    case .contact(let record):
      indexes.contacts.insert(record)
      residentCount += 1
    }
  }

  /// Holds a value no longer.
  func remove(_ value: StoredValue) {
    switch value.content {
    case .session(let session): remove(session)
    case .customerMemory(let memory):
      if indexes.memories.remove(memory) { residentCount -= 1 }
    case .endedConversation(let ending):
      if indexes.endings.remove(ending) { residentCount -= 1 }
    case .identifier(let record):
      if indexes.identifiers.remove(record) { residentCount -= 1 }
    case .device(let record):
      if indexes.devices.remove(record) {
        indexes.count(record, by: -1)
        residentCount -= 1
      }
    case .contact(let record):
      if indexes.contacts.remove(record) { residentCount -= 1 }
    }
  }

  /// The values of a kind in memory under a key's digest.
  func resident(_ kind: StoredKind, _ key: UInt64) -> [StoredValue] {
    switch kind {
    case .session: residentSessions(key)
    case .customerMemory: indexes.memories[key]
    case .endedConversation: indexes.endings[key]
    case .identifier: indexes.identifiers[key]
    case .device: indexes.devices[key]
    case .contact: indexes.contacts[key]
    }
  }

  /// Every value of a kind in memory, in no order.
  func all(_ kind: StoredKind) -> [StoredValue] {
    switch kind {
    case .session: allSessions
    case .customerMemory: indexes.memories.all
    case .endedConversation: indexes.endings.all
    case .identifier: indexes.identifiers.all
    case .device: indexes.devices.all
    case .contact: indexes.contacts.all
    }
  }

  /// When a value's next change by time is due; `nil` for never.
  package func deadline(_ value: StoredValue) -> EventTime? {
    switch value.content {
    case .session(let session): deadline(session)
    case .customerMemory(let memory): memory.isForgotten ? nil : memory.rules.nextFading
    case .endedConversation(let ending): ending.isForgotten ? nil : ending.last + settings.conversationMemory
    case .identifier(let record): record.due
    case .device, .contact: nil
    }
  }

  /// Fires what is due in a value.
  func fire(_ value: StoredValue, upTo time: EventTime, byTick: Bool, _ effects: inout Effects) {
    switch value.content {
    case .session(let session): fire(session, upTo: time, byTick: byTick, &effects)
    case .customerMemory(let memory): fade(memory, upTo: time)
    case .endedConversation(let ending): forget(ending)
    case .identifier(let record): due.append((record, time))
    case .device, .contact: break
    }
  }
}
