internal import JourneyModel

/// The `v2.detail.events.conversation` feed: upper-snake words and epoch times become the session's words and times.
extension EventDecoder {
  func finishDetail(
    _ draft: inout EventDraft, json: UnsafeBufferPointer<UInt8>, record: Int, firstFact: Int
  ) -> RejectionReason? {
    guard let conversation = draft.conversationID, conversation.isText, isIdentifier(conversation.slice)
    else { return .missingConversation }
    guard let detail = draft.detail, let eventTime = detail.eventTime, let time = time(eventTime) else { return .badTime }
    let kind: DetailEventKind
    if let topic = detail.topicName, topic.isText {
      guard let named = DetailEventKind.allCases.first(where: { arenaEnds(topic.slice, $0.suffix) })
      else { return .unsupportedEventType }
      kind = named
    } else {
      let hasAttributes = batch.facts[firstFact...].contains { $0.field == .attributeName }
      kind = DetailEventKind(inferredFrom: draft, detail, hasAttributes: hasAttributes)
    }
    var event = Event(stream: .conversation, time: time)
    event.record = UInt32(record)
    event.phase = kind.phase
    event.name = append(kind.eventName)
    event.sessionType = append("conversation")
    event.externalID = conversation.slice
    resolveCustomer(detail, &event)
    guard isIdentifier(event.customerID) else { return .badCustomer }
    appendFacts(of: kind, draft, detail)
    if let reason = identify(draft, json: json, &event) { return reason }
    event.placementKey = conversation.slice
    event.lane = lane(of: event.placementKey)
    // The conversation alone is the key: its customer may be named by later records only.
    let start = arena.count
    arena.append("conversation")
    arena.append(0)
    arena.append(0)
    arena.append(0)
    arena.appendOwn(Int(conversation.slice.offset), conversation.slice.count)
    event.sessionKey = ByteSlice(offset: start, length: arena.count - start)
    finishEvent(&event, firstFact: firstFact)
    return nil
  }

  /// Phone or mail address of the caller; without one the linked contact; without that the conversation itself.
  private func resolveCustomer(_ detail: DetailDraft, _ event: inout Event) {
    if let ani = detail.ani ?? detail.addressFrom, ani.isText, ani.slice.count > 0 {
      let start = arena.base + Int(ani.slice.offset)
      var skipped = 0
      for prefix in ["tel:", "mailto:", "sip:"] as [StaticString]
      where arenaStarts(ani.slice, prefix) && ani.slice.count > prefix.utf8CodeUnitCount {
        skipped = prefix.utf8CodeUnitCount
      }
      event.customerID = ByteSlice(
        offset: Int(ani.slice.offset) + skipped, length: ani.slice.count - skipped)
      let isMail = (0..<ani.slice.count).contains { start[$0] == 0x40 } && !arenaStarts(ani.slice, "sip:")
      event.customerIDType = append(isMail ? "email" : "phone")
    } else if let contact = detail.externalContactID, contact.isText, contact.slice.count > 2 {
      // A raw JSON string: without its quotes. Contact ids are UUIDs and have no escapes.
      event.customerID = ByteSlice(
        offset: Int(contact.slice.offset) + 1, length: contact.slice.count - 2)
      event.customerIDType = append("externalContact")
    } else {
      event.customerID = event.externalID
      event.customerIDType = append("conversation")
    }
  }

  private func appendFacts(of kind: DetailEventKind, _ draft: EventDraft, _ detail: DetailDraft) {
    if let media = detail.mediaType, media.isText { appendChannel(media, detail) }
    if let direction = detail.direction, direction.isText {
      appendFact(.originatingDirection, camelCase: direction)
    }
    if let division = detail.divisionID, division.isText {
      batch.facts.append(
        Event.Fact(field: .division, value: division.slice, digest: division.digest))
    }
    if let contact = detail.externalContactID, contact.isText {
      appendReference(.externalContact, contact.slice)
    }
    switch kind {
    case .acdStart:
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
      appendName(.queueName, detail.queueID)
    case .acdEnd:
      if let outcome = draft.acdOutcome { appendFact(.acdOutcome, camelCase: outcome) }
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
    case .userStart:
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
      if let user = detail.userID { appendReference(.user, user.slice) }
      appendName(.queueName, detail.queueID)
      appendName(.userName, detail.userID)
    case .userEnd:
      if let disconnect = draft.disconnectType {
        appendFact(.userDisconnectType, camelCase: disconnect)
      }
    case .customerEnd:
      if let disconnect = draft.disconnectType {
        appendFact(.customerDisconnectType, camelCase: disconnect)
      }
    case .wrapup, .afterCallWork:
      if let code = detail.wrapupCode { appendDisposition(code: code, detail) }
    case .customerStart, .contact, .attributes: break
    }
  }

  private func appendChannel(_ media: PickedValue, _ detail: DetailDraft) {
    let start = arena.count
    arena.append("{\"type\":\"")
    appendCamelCase(media.slice)
    arena.append(0x22)
    if let message = detail.messageType, message.isText {
      arena.append(",\"messageType\":\"")
      if arenaEquals(message.slice, "WEBMESSAGING") {
        arena.append("WebMessaging")
      } else if arenaEquals(message.slice, "WHATSAPP") {
        arena.append("WhatsApp")
      } else {
        appendCamelCase(message.slice)
      }
      arena.append(0x22)
    }
    if let provider = detail.provider, provider.isText {
      arena.append(",\"platform\":")
      arena.appendOwn(Int(provider.slice.offset), provider.slice.count)
    }
    arena.append(0x7d)
    appendFact(.channel, from: start)
  }

  private func appendDisposition(code: PickedValue, _ detail: DetailDraft) {
    let start = arena.count
    arena.append("{\"code\":")
    arena.appendOwn(Int(code.slice.offset), code.slice.count)
    if let notes = detail.wrapupNotes {
      arena.append(",\"notes\":")
      arena.appendOwn(Int(notes.slice.offset), notes.slice.count)
    }
    if let user = detail.userID {
      arena.append(",\"user\":{\"id\":")
      arena.appendOwn(Int(user.slice.offset), user.slice.count)
      arena.append(0x7d)
    }
    arena.append(0x7d)
    appendFact(.disposition, from: start)
    appendName(.dispositionName, detail.wrapupName ?? code)
  }

  /// `{"id":…}` around a raw JSON string.
  private func appendReference(_ field: EventField, _ id: ByteSlice) {
    let start = arena.count
    arena.append("{\"id\":")
    arena.appendOwn(Int(id.offset), id.count)
    arena.append(0x7d)
    appendFact(field, from: start)
  }

  private func appendFact(_ field: EventField, camelCase word: PickedValue) {
    guard word.isText, !word.slice.isEmpty else { return }
    let start = arena.count
    arena.append(0x22)
    if arenaStarts(word.slice, "DND_") {
      arena.append("DoNotDisturb")
      appendCamelCase(ByteSlice(offset: Int(word.slice.offset) + 4, length: word.slice.count - 4))
    } else if arenaEquals(word.slice, "FLOW_OUT") {
      arena.append("FlowOut")
    } else if arenaEquals(word.slice, "INACTIVITY") {
      // The feed's word has no counterpart in the session's list.
      arena.append("Other")
    } else {
      appendCamelCase(word.slice)
    }
    arena.append(0x22)
    appendFact(field, from: start)
  }

  /// `NO_ANSWER_TRANSFER` becomes `NoAnswerTransfer`. Only letters and digits pass, so no escaping is needed.
  private func appendCamelCase(_ slice: ByteSlice) {
    var upper = true
    for index in 0..<slice.count {
      // The base may move while the arena grows, so it is read anew each time.
      let byte = arena.base[Int(slice.offset) + index]
      switch byte {
      case 0x41...0x5a:
        arena.append(upper ? byte : byte + 32)
        upper = false
      case 0x61...0x7a:
        arena.append(upper ? byte - 32 : byte)
        upper = false
      case 0x30...0x39:
        arena.append(byte)
        upper = false
      default: upper = true
      }
    }
  }

  private func arenaStarts(_ slice: ByteSlice, _ text: StaticString) -> Bool {
    slice.count >= text.utf8CodeUnitCount
      && arenaEquals(ByteSlice(offset: Int(slice.offset), length: text.utf8CodeUnitCount), text)
  }

  private func arenaEnds(_ slice: ByteSlice, _ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return slice.count >= length
      && arenaEquals(ByteSlice(offset: Int(slice.offset) + slice.count - length, length: length), text)
  }
}
