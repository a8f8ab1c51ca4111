package import JourneyModel
internal import JourneyRules

extension StoredValue {
  /// A value by its kind.
  package enum Content {
    case session(Session)
    case customerMemory(CustomerMemory)
    case endedConversation(EndedConversation)
  }

  /// The value by its kind.
  package var content: Content {
    switch kind {
    case .session: .session(cast(to: Session.self))
    case .customerMemory: .customerMemory(cast(to: CustomerMemory.self))
    case .endedConversation: .endedConversation(cast(to: EndedConversation.self))
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
    }
  }

  /// Whether the lane has let go of it: forgotten, or merged into another one.
  package var isGone: Bool {
    switch content {
    case .session(let session): session.lifecycle == .forgotten || session.lifecycle == .merged
    case .customerMemory(let memory): memory.isForgotten
    case .endedConversation(let ending): ending.isForgotten
    }
  }

  /// Whether it is a session that was merged into another one.
  var isMerged: Bool {
    switch content {
    case .session(let session): session.lifecycle == .merged
    case .customerMemory, .endedConversation: false
    }
  }

  /// Whether only a watermark changes it any more, no tick.
  var isFinal: Bool {
    switch content {
    case .session(let session): session.lifecycle == .final
    case .customerMemory, .endedConversation: false
    }
  }

  /// Counts its changes; always 0 where its kind has no revisions.
  package var storedRevision: Int {
    switch content {
    case .session(let session): session.revision
    case .customerMemory, .endedConversation: 0
    }
  }

  /// Estimate of the memory that it occupies, in bytes.
  package var residentBytes: Int {
    switch content {
    case .session(let session): session.memoryBytes
    case .customerMemory(let memory): memory.memoryBytes
    case .endedConversation(let ending): ending.memoryBytes
    }
  }

  /// Bytes of what a batch that ends lets go of with it.
  var goneBytes: Int {
    switch content {
    case .session(let session): session.byteCount
    case .customerMemory, .endedConversation: 0
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
    }
  }
}

/// Where the kinds are held that few events look for; sessions have a table of their own.
struct StoredIndexes {
  /// What is remembered of customers.
  var memories = KeyIndex<CustomerMemory>()
  /// What is remembered of conversations.
  var endings = KeyIndex<EndedConversation>()
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
    }
  }

  /// The values of a kind in memory under a key's digest.
  func resident(_ kind: StoredKind, _ key: UInt64) -> [StoredValue] {
    switch kind {
    case .session: residentSessions(key)
    case .customerMemory: indexes.memories[key]
    case .endedConversation: indexes.endings[key]
    }
  }

  /// Every value of a kind in memory, in no order.
  func all(_ kind: StoredKind) -> [StoredValue] {
    switch kind {
    case .session: allSessions
    case .customerMemory: indexes.memories.all
    case .endedConversation: indexes.endings.all
    }
  }

  /// When a value's next change by time is due; `nil` for never.
  package func deadline(_ value: StoredValue) -> EventTime? {
    switch value.content {
    case .session(let session): deadline(session)
    case .customerMemory(let memory): memory.isForgotten ? nil : memory.rules.nextFading
    case .endedConversation(let ending): ending.isForgotten ? nil : ending.last + settings.conversationMemory
    }
  }

  /// Fires what is due in a value.
  func fire(_ value: StoredValue, upTo time: EventTime, byTick: Bool, _ effects: inout Effects) {
    switch value.content {
    case .session(let session): fire(session, upTo: time, byTick: byTick, &effects)
    case .customerMemory(let memory): fade(memory, upTo: time)
    case .endedConversation(let ending): forget(ending)
    }
  }
}
