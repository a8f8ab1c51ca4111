internal import JourneyModel

/// What is wrong with a record, for the person who has to fix its producer: path, value and expectation.
extension EventDecoder {
  /// Bytes of a value that a message shows.
  private static let shownBytes = 64

  /// One sentence; `nil` where the reason says it all.
  func explain(_ reason: RejectionReason, _ draft: borrowing EventDraft) -> String? {
    let isFeed = draft.isDetail || draft.topicName != nil
    switch reason {
    case .missingCustomer:
      let form =
        draft.stream.profile.hasDetailFeed
        ? "the customer's id, or conversationId and eventTime of the conversation detail feed"
        : "the customer's id"
      return finding("$.customerId", draft.customerID ?? draft.customerCookieID, form)
    case .badCustomer:
      if let type = draft.customerIDType, !type.isText || !isIdentifier(type.slice) {
        return finding(
          "$.customerIdType", type,
          "text of 1 to \(limits.maxIdentifierBytes) bytes (events.maxIdentifierBytes)")
      }
      return finding(
        "$.customerId", draft.customerID ?? draft.customerCookieID,
        "text or a whole number of 1 to \(limits.maxIdentifierBytes) bytes (events.maxIdentifierBytes) that is no placeholder (events.placeholderIds)"
      )
    case .missingTime, .badTime:
      let value =
        isFeed || draft.createdDate == nil && draft.stream.profile.hasDetailFeed
        ? draft.detail?.eventTime : draft.createdDate
      let isDetail = isFeed || (draft.stream.profile.hasDetailFeed && draft.customerID == nil)
      return finding(
        isDetail ? "$..eventTime" : "$.createdDate", value,
        "ISO 8601 with an offset, or epoch milliseconds from \(limits.minEpochMilliseconds) on (events.minEpochMilliseconds)\(hint(value))"
      )
    case .badEventName:
      return finding("$..eventName", draft.eventName, "letters, digits and underscores")
    case .badEventID:
      return finding("$.id", draft.id, "text or a whole number of 1 to \(limits.maxIdentifierBytes) bytes")
    case .missingSessionType, .badSessionType:
      return finding(
        "$.sessionType", draft.sessionType ?? draft.envelopeSessionType, "letters, digits, '_', '-' and '.'")
    case .conflictingSessionType:
      if let type = draft.eventType, !type.slice.isEmpty, draft.sessionType == nil {
        return finding("$.eventType", type, "the type of events of the stream \(draft.stream.name)")
      }
      return finding(
        "$.sessionType", draft.sessionType ?? draft.envelopeSessionType,
        draft.stream.profile.sessionType?.description
          ?? "a type that is not \(choice(Stream.allCases.compactMap { $0.profile.sessionType }))")
    case .missingExternalID:
      return finding(
        "$..externalId", draft.externalID,
        "text or a whole number of 1 to \(limits.maxIdentifierBytes) bytes: it names the custom session")
    case .missingConversation:
      return finding(
        "$..conversationId", draft.conversationID,
        "the conversation's id\(isFeed ? ", in an eventBody that is an object" : "")")
    case .unsupportedEventType:
      if let topic = draft.topicName {
        return finding(
          "$..topicName", topic, "a topic v2.detail.events.conversation.{id}.… that is documented")
      }
      return finding("$.eventType", draft.eventType, choice(Stream.allCases.map { $0.profile.eventType }))
    default: return nil
    }
  }

  /// Where a record stops being JSON, in bytes from its first one, which is byte 0; `nil` if it is nothing
  /// but blanks.
  ///
  /// - Parameter place: where the token begins that may not stand there; `nil` if its texts could not be told
  ///   from the rest.
  func explain(malformed json: UnsafeBufferPointer<UInt8>, at place: Int?) -> String? {
    let head = RejectionReason.malformedJSON.explanation
    guard let place else { return badText(json).map { "\(head): \($0)" } }
    guard place < json.count else { return "\(head): it ends at byte \(place), before its value does" }
    // Of the same line, as a terminal shows it.
    let shown = json[place...].prefix(24).map { $0 < ASCII.space ? ASCII.space : $0 }
    return "\(head): at byte \(place) is '\(String(decoding: shown, as: UTF8.self))'"
  }

  /// What is wrong with the texts of a record.
  private func badText(_ json: UnsafeBufferPointer<UInt8>) -> String? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: json.span)
    } catch {
      return "byte \(error.byteOffsets.lowerBound) is not UTF-8"
    }
    var start: Int?
    var index = 0
    while index < json.count {
      let byte = json[index]
      if let text = start {
        if byte < ASCII.space {
          return "byte \(index) is a control character within the text at byte \(text)"
        }
        if byte == ASCII.backslash { index += 1 }
        if byte == ASCII.quote { start = nil }
      } else if byte == ASCII.quote {
        start = index
      }
      index += 1
    }
    return start.map { "the text at byte \($0) does not end" }
  }

  /// `a, b or c`.
  private func choice(_ words: [StaticString]) -> String {
    let texts = words.map(\.description)
    return texts.count < 2
      ? texts.joined() : texts.dropLast().joined(separator: ", ") + " or \(texts[texts.count - 1])"
  }

  private func finding(_ path: String, _ value: PickedValue?, _ expected: String) -> String {
    guard let value else { return "\(path) is missing, expected \(expected)" }
    let count = min(value.slice.count, EventDecoder.shownBytes)
    let bytes = UnsafeBufferPointer(start: arena.base + Int(value.slice.offset), count: count)
    var text = String(decoding: bytes, as: UTF8.self)
    if count < value.slice.count { text += "…" }
    return "\(path) is \(value.isText ? "'\(text)'" : text), expected \(expected)"
  }

  /// What a number that is no time may have been meant as.
  private func hint(_ value: PickedValue?) -> String {
    guard let value else { return "" }
    let bytes = UnsafeBufferPointer(start: arena.base + Int(value.slice.offset), count: value.slice.count)
    guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }) else { return "" }
    let digits = bytes.prefix { $0 != 0x2e }.count
    if value.isText { return "; epoch milliseconds are a number, not text" }
    switch digits {
    case 9...10: return "; this looks like seconds"
    case 15...17: return "; this looks like microseconds"
    case 18...20: return "; this looks like nanoseconds"
    default: return ""
    }
  }
}
