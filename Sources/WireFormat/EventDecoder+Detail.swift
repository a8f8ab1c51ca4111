internal import JourneyModel

/// The `v2.detail.events.conversation` feed: upper-snake words and epoch times become the session's words and
/// times.
extension EventDecoder {
  func finishDetail(
    _ draft: inout EventDraft, json: UnsafeBufferPointer<UInt8>, record: Int, firstFact: Int
  ) -> RejectionReason? {
    guard let conversation = draft.conversationID, conversation.isIDForm, isIdentifier(conversation.slice)
    else { return .missingConversation }
    guard let detail = draft.detail, let eventTime = detail.eventTime, let time = time(eventTime) else {
      return .badTime
    }
    canonicalTime = nil
    let kind: DetailEventKind
    if let topic = detail.topicName, topic.isText {
      guard let named = self.kind(topic: topic.slice) else { return .unsupportedEventType }
      kind = named
    } else {
      let hasAttributes = batch.facts[firstFact...].contains { $0.field == .attributeName }
      kind = DetailEventKind(inferredFrom: draft, detail, hasAttributes: hasAttributes)
    }
    if let known = kind.ignored {
      ignored = known
      return nil
    }
    var event = Event(stream: draft.stream, time: time)
    event.record = UInt32(record)
    event.phase = kind.phase
    event.name = append(kind.eventName)
    event.sessionType = append("conversation")
    event.externalID = conversation.slice
    resolveCustomer(detail, &event)
    // An address that is no id says as little as none.
    if !isIdentifier(event.customerID) {
      event.customerID = event.externalID
      event.customerIDType = append("conversation")
    }
    appendFacts(of: kind, draft, detail)
    appendLeg(of: kind, detail)
    if let reason = identify(draft.id, json: json, &event) { return reason }
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

  /// The kind that a topic's name names.
  func kind(topic: ByteSlice) -> DetailEventKind? {
    guard arenaStarts(topic, DetailEventKind.prefix) else { return nil }
    return DetailEventKind.allCases.first { arenaEnds(topic, $0.suffix) }
  }

  /// The customer's address by the direction of the leg: who called, or who was called; without one the
  /// linked contact; without that the conversation itself.
  private func resolveCustomer(_ detail: DetailDraft, _ event: inout Event) {
    let isOutbound = detail.direction.map { $0.isText && arenaEquals($0.slice, "OUTBOUND") } ?? false
    let addresses =
      isOutbound ? [detail.dnis, detail.addressTo] : [detail.ani, detail.addressFrom]
    for address in addresses {
      guard let address, address.isText, !address.slice.isEmpty,
        let known = CustomerAddress(
          UnsafeBufferPointer(start: arena.base + Int(address.slice.offset), count: address.slice.count),
          plan: limits.numbering, hasNumbers: hasNumbers(detail))
      else { continue }
      let start = arena.count
      known.text.withUnsafeBufferPointer { arena.append($0) }
      event.customerID = ByteSlice(offset: start, length: known.text.count)
      event.customerIDType =
        switch known.kind {
        case .phone: append("phone")
        case .email: append("email")
        case .sip: append("sip")
        case .guest: append("guest")
        }
      return
    }
    if let contact = detail.externalContactID, contact.isText, contact.slice.count > 2 {
      // A raw JSON string: without its quotes. Contact ids are UUIDs and have no escapes.
      event.customerID = ByteSlice(
        offset: Int(contact.slice.offset) + 1, length: contact.slice.count - 2)
      event.customerIDType = append("externalContact")
    } else {
      event.customerID = event.externalID
      event.customerIDType = append("conversation")
    }
  }

  /// Whether digits alone are a phone number on this channel: messengers number their users.
  private func hasNumbers(_ detail: DetailDraft) -> Bool {
    guard let message = detail.messageType, message.isText else { return true }
    return arenaEquals(message.slice, "SMS") || arenaEquals(message.slice, "WHATSAPP")
  }

  /// Appends what the event says of a leg.
  private func appendLeg(of kind: DetailEventKind, _ detail: DetailDraft) {
    var mark: LegMark
    switch kind {
    case .customerStart: mark = LegMark(.customer, .start)
    case .customerEnd: mark = LegMark(.customer, .end)
    case .acdStart: mark = LegMark(.queue, .start)
    case .acdEnd: mark = LegMark(.queue, .end)
    case .flowStart: mark = LegMark(.flow, .start)
    case .flowEnd: mark = LegMark(.flow, .end)
    case .voicemailStart: mark = LegMark(.voicemail, .start)
    case .voicemailEnd: mark = LegMark(.voicemail, .end)
    case .userStart: mark = LegMark(.agent, .start)
    case .userEnd:
      mark = LegMark(.agent, .end)
      mark.talk = talk(detail)
    case .wrapup, .afterCallWork:
      guard let code = detail.wrapupCode, code.isText else { return }
      mark = LegMark(detail.userID == nil ? .code : .agent, .wrapup)
      if detail.userID == nil { mark.subject = code.slice }
    case .contact, .attributes, .flowOutcome, .outbound, .outboundInit: return
    }
    if let participant = detail.participantID, participant.isText { mark.participant = participant.slice }
    if let session = detail.mediaSessionID, session.isText { mark.session = session.slice }
    switch mark.kind {
    case .agent: if let user = detail.userID, user.isText { mark.subject = user.slice }
    case .queue:
      if let queue = detail.queueID, queue.isText { mark.subject = queue.slice }
      if let user = detail.answeredUserID, user.isText { mark.answeredBy = user.slice }
    case .flow: if let flow = detail.flowID, flow.isText { mark.subject = flow.slice }
    case .customer, .voicemail, .code: break
    }
    append(mark)
  }

  /// Appends a mark as a fact.
  func append(_ mark: LegMark) {
    let start = arena.count
    mark.head.withUnsafeBufferPointer { arena.append($0) }
    for text in [mark.participant, mark.session, mark.subject, mark.answeredBy] {
      arena.appendOwn(Int(text.offset), min(text.count, 0xffff))
    }
    batch.facts.append(
      Event.Fact(field: .leg, value: ByteSlice(offset: start, length: arena.count - start), digest: 0))
  }

  /// Whether an agent who has left had spoken to the customer: by how long.
  private func talk(_ detail: DetailDraft) -> LegMark.Talk {
    if isPositive(detail.interactingDuration) || isPositive(detail.heldDuration) { return .spoken }
    return isPositive(detail.alertingDuration) ? .never : .unknown
  }

  private func isPositive(_ number: PickedValue?) -> Bool {
    guard let number, number.isNumber else { return false }
    let start = arena.base + Int(number.slice.offset)
    return start[0] != 0x2d && (0..<number.slice.count).contains { (0x31...0x39).contains(start[$0]) }
  }

  private func appendFacts(of kind: DetailEventKind, _ draft: borrowing EventDraft, _ detail: DetailDraft) {
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
      appendName(.queueName, detail.queueID)
    case .userStart:
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
      if let user = detail.userID { appendReference(.user, user.slice) }
      appendName(.queueName, detail.queueID)
      appendName(.userName, detail.userID)
    case .userEnd:
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
      if let user = detail.userID { appendReference(.user, user.slice) }
      appendName(.queueName, detail.queueID)
      appendName(.userName, detail.userID)
      if let disconnect = draft.disconnectType {
        appendFact(.userDisconnectType, camelCase: disconnect)
      }
    case .customerEnd:
      if let disconnect = draft.disconnectType {
        appendFact(.customerDisconnectType, camelCase: disconnect)
      }
    case .wrapup, .afterCallWork:
      if let code = detail.wrapupCode { appendDisposition(code: code, detail) }
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
      appendName(.queueName, detail.queueID)
      if let user = detail.userID { appendReference(.user, user.slice) }
      appendName(.userName, detail.userID)
    case .voicemailStart, .voicemailEnd:
      if let queue = detail.queueID { appendReference(.queue, queue.slice) }
      appendName(.queueName, detail.queueID)
    case .customerStart, .contact, .attributes, .flowStart, .flowEnd, .flowOutcome, .outbound, .outboundInit:
      break
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

  func arenaStarts(_ slice: ByteSlice, _ text: StaticString) -> Bool {
    slice.count >= text.utf8CodeUnitCount
      && arenaEquals(ByteSlice(offset: Int(slice.offset), length: text.utf8CodeUnitCount), text)
  }

  func arenaEnds(_ slice: ByteSlice, _ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return slice.count >= length
      && arenaEquals(ByteSlice(offset: Int(slice.offset) + slice.count - length, length: length), text)
  }
}
