internal import JourneyModel

extension EventDecoder {
  /// Whether arena text equals a literal.
  func arenaEquals(_ slice: ByteSlice, _ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard slice.count == length else { return false }
    let (left, right) = (UnsafeRawPointer(arena.base + Int(slice.offset)), UnsafeRawPointer(text.utf8Start))
    func differ<Word: FixedWidthInteger & BitwiseCopyable>(at place: Int, _: Word.Type) -> Bool {
      left.loadUnaligned(fromByteOffset: place, as: Word.self)
        != right.loadUnaligned(fromByteOffset: place, as: Word.self)
    }
    // By words, the last of which may overlap with what was compared.
    if length >= 8 {
      var at = 0
      while at + 8 < length {
        if differ(at: at, UInt64.self) { return false }
        at += 8
      }
      return !differ(at: length - 8, UInt64.self)
    }
    if length >= 4 { return !differ(at: 0, UInt32.self) && !differ(at: length - 4, UInt32.self) }
    for place in 0..<length where differ(at: place, UInt8.self) { return false }
    return true
  }

  /// Whether arena text equals a literal in lower case but for the case of ASCII letters.
  private func arenaEqualsIgnoringCase(_ slice: ByteSlice, _ text: StaticString) -> Bool {
    guard slice.count == text.utf8CodeUnitCount else { return false }
    let start = arena.base + Int(slice.offset)
    for index in 0..<slice.count {
      let byte = start[index]
      if ((0x41...0x5a).contains(byte) ? byte + 32 : byte) != text.utf8Start[index] { return false }
    }
    return true
  }

  /// An identifier has 1 to `maxIdentifierBytes` bytes and no NUL, which separates the parts of keys.
  func isIdentifier(_ slice: ByteSlice) -> Bool {
    guard slice.count > 0, slice.count <= limits.maxIdentifierBytes else { return false }
    return !hasEscapes || !arena.hasNUL(Int(slice.offset), slice.count)
  }

  /// Letters, digits and underscore, as the vendor's event API has it.
  func isEventName(_ slice: ByteSlice) -> Bool { isIdentifier(slice) && hasOnly(nameBytes, slice) }

  private func isSessionType(_ slice: ByteSlice) -> Bool { isIdentifier(slice) && hasOnly(typeBytes, slice) }

  /// By byte: whether it may be in an event's name, or in a session's type.
  static let nameBytes: [Bool] = (0...UInt8.max).map { byte in
    ASCII.digits.contains(byte) || ASCII.capitals.contains(byte) || ASCII.smallLetters.contains(byte)
      || byte == ASCII.underscore
  }
  static let typeBytes: [Bool] = (0...UInt8.max).map { byte in
    nameBytes[Int(byte)] || byte == ASCII.hyphen || byte == ASCII.point
  }

  private func hasOnly(_ allowed: [Bool], _ slice: ByteSlice) -> Bool {
    let start = arena.base + Int(slice.offset)
    for index in 0..<slice.count where !allowed[Int(start[index])] { return false }
    return true
  }

  /// ISO 8601 text or a whole number of epoch milliseconds, within 1970…9999.
  func time(_ value: PickedValue) -> EventTime? {
    let bytes = UnsafeBufferPointer(start: arena.base + Int(value.slice.offset), count: value.slice.count)
    if value.isText {
      guard let time = EventTime(iso8601: bytes.span, range: 0..<bytes.count), time.milliseconds >= 0
      else { return nil }
      return time
    }
    guard value.isNumber, bytes.count <= 15 else { return nil }
    var milliseconds: Int64 = 0
    for byte in bytes {
      guard byte >= 48, byte <= 57 else { return nil }
      // Fifteen digits are far from what does not fit.
      milliseconds = milliseconds &* 10 &+ Int64(byte &- 48)
    }
    let time = EventTime(milliseconds: milliseconds)
    return milliseconds >= limits.minEpochMilliseconds && time <= .latest ? time : nil
  }

  /// Whether a time that was parsed has the form `2026-01-05T10:00:02.000Z`.
  func isCanonicalTime(_ value: PickedValue) -> Bool {
    guard value.isText, value.slice.count == EventTime.iso8601Length else { return false }
    let text = arena.base + Int(value.slice.offset)
    // A leap second parses, but is written as the second after it.
    return text[10] == 0x54 && text[19] == 0x2e && text[23] == 0x5a && text[17] < 0x36
  }

  /// Whether an id is one of those that programs write where they know none, or nothing but blanks.
  func isPlaceholder(_ id: ByteSlice) -> Bool {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
    let start = arena.base + Int(id.offset)
    // Nearly every id is no placeholder by its length alone.
    if !isBlank(start[0]), !isBlank(start[id.count - 1]),
      placeholderLengths >> UInt64(min(id.count, 63)) & 1 == 0
    {
      return false
    }
    var bytes = UnsafeBufferPointer(start: start, count: id.count)[...]
    while let first = bytes.first, isBlank(first) { bytes = bytes.dropFirst() }
    while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
    if bytes.isEmpty { return true }
    return placeholders.contains { known in
      known.count == bytes.count
        && zip(known, bytes).allSatisfy { $0 == ((0x41...0x5a).contains($1) ? $1 + 32 : $1) }
    }
  }

  /// The envelope's event type has to be the stream's own.
  func check(eventType: PickedValue, stream: Stream) -> RejectionReason? {
    guard eventType.isText else { return .unsupportedEventType }
    for owner in Stream.allCases where arenaEquals(eventType.slice, owner.profile.eventType) {
      return owner == stream ? nil : .conflictingSessionType
    }
    return .unsupportedEventType
  }

  /// Sets session type and external id. The draft is only read; it is `inout` for the cost alone, as its
  /// optionals are copied when they are read through a borrow.
  func resolveSessionType(_ draft: inout EventDraft, _ event: inout Event) -> RejectionReason? {
    let stated = draft.sessionType ?? draft.envelopeSessionType
    if let own = draft.stream.profile.sessionType {
      if let stated {
        guard stated.isText, arenaEquals(stated.slice, own) else { return .conflictingSessionType }
        event.sessionType = stated.slice
      } else {
        event.sessionType = append(own)
      }
    } else {
      guard let stated, !stated.slice.isEmpty else { return .missingSessionType }
      guard stated.isText, isSessionType(stated.slice) else { return .badSessionType }
      for other in Stream.allCases {
        guard let reserved = other.profile.sessionType else { continue }
        if arenaEqualsIgnoringCase(stated.slice, reserved) { return .conflictingSessionType }
      }
      event.sessionType = stated.slice
    }
    switch draft.stream.profile.externalID {
    case .none: return nil
    case .conversationID:
      guard let conversation = draft.conversationID ?? draft.envelopeSessionID, conversation.isIDForm,
        isIdentifier(conversation.slice)
      else { return .missingConversation }
      event.externalID = conversation.slice
    case .object:
      guard let external = draft.externalID, external.isIDForm, isIdentifier(external.slice)
      else { return .missingExternalID }
      event.externalID = external.slice
    }
    return nil
  }
}
