internal import CXXHash
internal import EventLog
internal import JourneyModel

extension EventDecoder {
  /// Checks what the draft holds and appends the event.
  ///
  /// - Returns: the first thing that is wrong, in a fixed order, or `nil`.
  func finish(
    _ draft: inout EventDraft, json: UnsafeBufferPointer<UInt8>, record: Int, firstFact: Int
  ) -> RejectionReason? {
    if draft.isDetail {
      return finishDetail(&draft, json: json, record: record, firstFact: firstFact)
    }
    if let topic = draft.topicName { return finishNotification(topic.slice, draft) }
    if let eventType = draft.eventType {
      if let reason = check(eventType: eventType, stream: draft.stream) { return reason }
    }
    guard let customer = draft.customerID ?? draft.customerCookieID else {
      // A body of the detail feed that lacks one of the two members that make it one.
      if draft.stream.profile.isConversational, draft.conversationID != nil { return .missingTime }
      return draft.detail?.eventTime == nil ? .missingCustomer : .missingConversation
    }
    guard customer.isIDForm else { return .badCustomer }
    guard !customer.slice.isEmpty else { return .missingCustomer }
    guard isIdentifier(customer.slice), !isPlaceholder(customer.slice) else { return .badCustomer }
    guard let created = draft.createdDate else { return .missingTime }
    guard let time = time(created) else { return .badTime }
    canonicalTime = isCanonicalTime(created) ? created.slice : nil
    let name: ByteSlice
    if let given = draft.eventName {
      guard given.isText, isEventName(given.slice) else { return .badEventName }
      name = given.slice
    } else {
      guard let reported = reportName(draft.action) else { return .badEventName }
      name = reported
    }

    var event = Event(stream: draft.stream, time: time)
    event.record = UInt32(record)
    event.name = name
    event.isReport = draft.eventName == nil
    event.customerID = customer.slice
    if let type = draft.customerIDType, !type.slice.isEmpty {
      guard type.isText, isIdentifier(type.slice) else { return .badCustomer }
      event.customerIDType = type.slice
    } else {
      event.customerIDType = append(draft.stream.profile.customerIDType)
    }
    if let reason = resolveSessionType(&draft, &event) { return reason }
    takeExternalID(draft.externalID, draft.stream)
    if let view = draft.stream.profile.view {
      event.isView = arenaEquals(name, view.eventName)
    } else if draft.stream.profile.isConversational {
      finishConversation(draft, &event)
    }
    if let action = draft.action { appendReport(action, firstFact: firstFact) }
    if let url = draft.referrerURL, url.isText { appendReferrer(url.slice, firstFact: firstFact) }
    if let query = draft.pageQuery { appendCampaign(query.slice, firstFact: firstFact) }
    if let reason = identify(draft.id, json: json, &event) { return reason }
    event.placementKey = event.customerID
    event.lane = lane(of: event.placementKey)
    complete(&event, firstFact: firstFact)
    return nil
  }

  /// What a flat event says of its conversation.
  private func finishConversation(_ draft: borrowing EventDraft, _ event: inout Event) {
    if arenaEquals(event.name, "routed") {
      event.phase = .waiting
    } else if arenaEquals(event.name, "connected") {
      event.phase = .connected
    } else if arenaEquals(event.name, "ended") {
      event.phase = .ended
    } else {
      event.phase = .started
    }
    if let disconnect = draft.disconnectType { appendFact(.userDisconnectType, word: disconnect) }
    if let outcome = draft.acdOutcome { appendFact(.acdOutcome, word: outcome) }
    appendName(.queueName, draft.queueName ?? draft.queueID)
    appendName(.userName, draft.userName ?? draft.userID)
    appendName(.dispositionName, draft.dispositionName ?? draft.dispositionCode)
    appendFlatLegs(draft, event.phase)
  }

  /// Appends what a flat event says of legs: of the customer's always, of the queue's or the agent's where it
  /// names one.
  private func appendFlatLegs(_ draft: borrowing EventDraft, _ phase: ConversationPhase) {
    var customer = LegMark(.customer, phase == .ended ? .end : phase == .started ? .note : .start)
    customer.isFlat = true
    append(customer)
    guard phase == .waiting || phase == .connected else { return }
    var other = LegMark(phase == .waiting ? .queue : .agent, .start)
    other.isFlat = true
    if phase == .connected { other.talk = .spoken }
    if let id = phase == .waiting ? draft.queueID : draft.userID, id.isText { other.subject = id.slice }
    append(other)
  }

  /// A record that names its topic, and has no body of the detail feed.
  private func finishNotification(_ topic: ByteSlice, _ draft: borrowing EventDraft) -> RejectionReason? {
    if arenaEquals(topic, "channel.metadata") {
      ignored = .heartbeat
      return nil
    }
    guard let kind = kind(topic: topic) else { return .unsupportedEventType }
    if let known = kind.ignored {
      ignored = known
      return nil
    }
    return draft.conversationID == nil ? .missingConversation : .missingTime
  }

  /// The name of an event that is nothing but a report: `action_accepted`; `nil` if it is none.
  private func reportName(_ action: ActionDraft?) -> ByteSlice? {
    guard let state = action?.state, action?.id != nil, state.isText, isEventName(state.slice) else {
      return nil
    }
    let start = arena.count
    arena.append("action_")
    arena.appendOwn(Int(state.slice.offset), state.slice.count)
    return ByteSlice(offset: start, length: arena.count - start)
  }

  /// Appends a report's members as the attributes that they stand for.
  private func appendReport(_ action: ActionDraft, firstFact: Int) {
    appendAttribute("actionId", action.id, firstFact: firstFact)
    appendAttribute("actionState", action.state, firstFact: firstFact)
    appendAttribute("errorCode", action.errorCode, firstFact: firstFact)
    appendAttribute("errorMessage", action.errorMessage, firstFact: firstFact)
  }

  private func appendAttribute(_ name: StaticString, _ value: PickedValue?, firstFact: Int) {
    guard let value, value.isText, batch.facts.count - firstFact + 2 <= limits.maxEventFacts else { return }
    let nameSlice = append(name)
    batch.facts.append(
      Event.Fact(
        field: .attributeName, value: nameSlice,
        digest: xxh3_64(arena.base + Int(nameSlice.offset), nameSlice.count)))
    let start = arena.count
    arena.append("{\"dataType\":\"string\",\"value\":\"")
    arena.appendEscapedOwn(Int(value.slice.offset), value.slice.count)
    arena.append("\"}")
    appendFact(.attributeValue, from: start)
  }

  /// Sets the event's id and its fingerprint.
  func identify(
    _ id: PickedValue?, json: UnsafeBufferPointer<UInt8>, _ event: inout Event
  ) -> RejectionReason? {
    if let id {
      guard id.isIDForm, isIdentifier(id.slice) else { return .badEventID }
      event.id = id.slice
    } else {
      // No id: the digest of the value bytes stands for it, so that a repeated delivery is recognized.
      var digest: (UInt64, UInt64) = (0, 0)
      withUnsafeMutablePointer(to: &digest) { pointer in
        pointer.withMemoryRebound(to: UInt64.self, capacity: 2) {
          xxh3_128(json.baseAddress, json.count, $0)
        }
      }
      let start = arena.count
      arena.append(hexadecimal: digest.0)
      arena.append(hexadecimal: digest.1)
      event.id = ByteSlice(offset: start, length: 32)
    }
    event.fingerprint = xxh3_64(arena.base + Int(event.id.offset), event.id.count)
    return nil
  }

  /// Writes the session key and the journey map's entry, and appends the event.
  func complete(_ event: inout Event, firstFact: Int) {
    let start = arena.count
    arena.appendOwn(Int(event.sessionType.offset), event.sessionType.count)
    arena.append(0)
    arena.appendOwn(Int(event.customerIDType.offset), event.customerIDType.count)
    arena.append(0)
    arena.appendOwn(Int(event.customerID.offset), event.customerID.count)
    if !event.externalID.isEmpty {
      arena.append(0)
      arena.appendOwn(Int(event.externalID.offset), event.externalID.count)
    }
    event.sessionKey = ByteSlice(offset: start, length: arena.count - start)
    finishEvent(&event, firstFact: firstFact)
  }

  /// What every event needs once its session key is in the arena.
  func finishEvent(_ event: inout Event, firstFact: Int) {
    event.sessionKeyDigest = xxh3_64(arena.base + Int(event.sessionKey.offset), event.sessionKey.count)
    event.firstFact = UInt32(firstFact)
    event.endFact = UInt32(batch.facts.count)
    if !traits.isEmpty { appendTraits() }
    event.endTrait = UInt32(batch.facts.count)
    appendMapEntry(&event)
    batch.events.append(event)
  }

  private func appendMapEntry(_ event: inout Event) {
    let start = arena.count
    arena.append("{\"id\":\"")
    if hasEscapes {
      arena.appendEscapedOwn(Int(event.id.offset), event.id.count)
    } else {
      arena.appendOwn(Int(event.id.offset), event.id.count)
    }
    arena.append("\",\"eventName\":\"")
    // From here on the name is this copy: whoever asks for it has just had the entry in hand, and the bytes
    // are near.
    let name = ByteSlice(offset: arena.count, length: event.name.count)
    arena.appendOwn(Int(event.name.offset), event.name.count)
    event.name = name
    arena.append("\",\"createdDate\":\"")
    if let canonicalTime {
      arena.appendOwn(Int(canonicalTime.offset), canonicalTime.count)
    } else {
      arena.append(event.time)
    }
    arena.append(0x22)
    event.mapEntryHead = UInt32(arena.count - start)
    var hasQuery = false
    let title = event.stream.profile.view?.title
    for index in Int(event.firstFact)..<Int(event.endFact) {
      let fact = batch.facts[index]
      switch fact.field {
      case .pageTitle where title == .pageTitle, .screenName where title == .screenName:
        arena.append(",\"title\":")
      case .searchQuery where !hasQuery:
        hasQuery = true
        arena.append(",\"searchQuery\":")
      case .dispositionName: arena.append(",\"wrapup\":")
      default: continue
      }
      arena.appendOwn(Int(fact.value.offset), fact.value.count)
    }
    arena.append(0x7d)
    event.mapEntry = ByteSlice(offset: start, length: arena.count - start)
  }

  /// The lane that owns a placement key.
  func lane(of key: ByteSlice) -> LaneNumber {
    Placement.lane(
      of: UnsafeBufferPointer(start: arena.base + Int(key.offset), count: key.count), partitions: partitions)
  }

  /// Appends a fact given as plain text, as a JSON string.
  func appendFact(_ field: EventField, word: PickedValue) {
    guard word.isText, !word.slice.isEmpty else { return }
    let start = arena.count
    arena.append(0x22)
    arena.appendEscapedOwn(Int(word.slice.offset), word.slice.count)
    arena.append(0x22)
    appendFact(field, from: start)
  }

  /// Appends a fact whose JSON is in the arena from `start` to its end.
  func appendFact(_ field: EventField, from start: Int) {
    let slice = ByteSlice(offset: start, length: arena.count - start)
    batch.facts.append(
      Event.Fact(field: field, value: slice, digest: xxh3_64(arena.base + start, slice.count)))
  }

  /// Appends a raw JSON string that the card shows.
  func appendName(_ field: EventField, _ value: PickedValue?) {
    guard let value, value.isText else { return }
    batch.facts.append(Event.Fact(field: field, value: value.slice, digest: value.digest))
  }

  private func appendReferrer(_ url: ByteSlice, firstFact: Int) {
    for index in firstFact..<batch.facts.count where batch.facts[index].field == .referrer { return }
    let start = arena.count
    arena.append("{\"url\":")
    arena.appendOwn(Int(url.offset), url.count)
    arena.append(0x7d)
    appendFact(.referrer, from: start)
  }

  /// Copies text into the arena.
  func append(_ text: StaticString) -> ByteSlice {
    let start = arena.count
    arena.append(text)
    return ByteSlice(offset: start, length: arena.count - start)
  }
}
