package import JourneyModel
internal import JourneyRules

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

/// Where each kind is held, and what its timers do.
extension Sessionizer {
  /// Holds a value.
  func insert(_ value: StoredValue) {
    switch value.content {
    case .session(let session): insert(session)
    case .customerMemory(let memory):
      memories.insert(memory)
      residentCount += 1
    case .endedConversation(let ending):
      endings.insert(ending)
      residentCount += 1
    }
  }

  /// Holds a value no longer.
  func remove(_ value: StoredValue) {
    switch value.content {
    case .session(let session): remove(session)
    case .customerMemory(let memory):
      if memories.remove(memory) { residentCount -= 1 }
    case .endedConversation(let ending):
      if endings.remove(ending) { residentCount -= 1 }
    }
  }

  /// The values of a kind in memory under a key's digest.
  func resident(_ kind: StoredKind, _ key: UInt64) -> [StoredValue] {
    switch kind {
    case .session: residentSessions(key)
    case .customerMemory: memories[key]
    case .endedConversation: endings[key]
    }
  }

  /// Every value of a kind in memory, in no order.
  func all(_ kind: StoredKind) -> [StoredValue] {
    switch kind {
    case .session: allSessions
    case .customerMemory: memories.all
    case .endedConversation: endings.all
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
  func fire(_ value: StoredValue, upTo time: EventTime, byTick: Bool) {
    switch value.content {
    case .session(let session): fire(session, upTo: time, byTick: byTick)
    case .customerMemory(let memory): fade(memory, upTo: time)
    case .endedConversation(let ending): forget(ending)
    }
  }
}
