internal import CJSONFields
internal import CXXHash
public import EventLog
public import JourneyModel

/// Records to events: the only place where input JSON is read.
///
/// Not sendable: each pipeline owns one, because the parser's memory is reused from record to record.
public final class EventDecoder {
  let limits: DecodingLimits
  let partitions: Int32
  let picker: FieldPicker
  var arena = ScratchArena()
  var batch = EventBatch()
  /// What the record says of its customer: pairs, put behind its facts once those are complete.
  var traits: [Event.Fact] = []
  /// What the events of the chunk that was sorted last took.
  private var density = SortedChunk.Density()
  /// What was picked of some records and is not finished yet, the next one last.
  private var picked: [PickedRecord] = []
  /// Whether texts of the record that is finished may hold bytes that JSON escapes, NUL among them.
  var hasEscapes = false
  /// What is wrong with the record that was rejected last, if its reason does not say it all.
  var message: String?
  let nameBytes = EventDecoder.nameBytes
  let typeBytes = EventDecoder.typeBytes
  private let placeholders: [[UInt8]]
  /// A bit for each length in bytes that a placeholder has; longer ones than 63 bytes count as 63.
  private let placeholderLengths: UInt64
  /// Set by a record that is known and says nothing to a session.
  var ignored: IgnoredKind?
  /// The record's time as it came, if it has the very form we write: copying beats formatting.
  var canonicalTime: ByteSlice?
  /// Whether the message of a record that is not JSON says where it stops being JSON.
  ///
  /// Lanes do not: the text is in a dead letter's header, which a verification compares byte by byte with
  /// what builds of the same reducer version wrote.
  public var locatesMalformed = true

  /// Creates a decoder for a number of lanes.
  ///
  /// - Returns: `nil` without memory.
  public init?(limits: DecodingLimits, partitions: Int32) {
    guard let picker = FieldPicker(limits: limits) else { return nil }
    self.limits = limits
    self.partitions = partitions
    self.picker = picker
    placeholders = limits.placeholderIDs.map { Array($0.utf8) }
    placeholderLengths = placeholders.reduce(0) { $0 | 1 << UInt64(min($1.count, 63)) }
  }

  /// Decodes a chunk. `stream` names each record's stream; `nil` rejects it with the given reason.
  public func decode(
    _ chunk: consuming RecordChunk, stream: (Int) -> Result<Stream, RejectionReason.Failure>
  ) -> DecodedChunk {
    decodeAll(chunk, stream: stream)
  }

  /// Decodes a chunk whose records all belong to one stream.
  public func decode(_ chunk: consuming RecordChunk, stream: Stream) -> DecodedChunk {
    decodeAll(chunk) { _ in .success(stream) }
  }

  private func decodeAll(
    _ chunk: RecordChunk, stream: (Int) -> Result<Stream, RejectionReason.Failure>
  ) -> DecodedChunk {
    batch = EventBatch()
    batch.events.reserveCapacity(chunk.entries.count)
    batch.facts.reserveCapacity(chunk.entries.count * 12)
    var rejections: [Rejection] = []
    var ignored: [Ignored] = []
    // What is picked is once or twice in the arena, with a little of our own for each event. Memory that is
    // not written to costs nothing.
    let expected = chunk.bytes.count * 2 + chunk.entries.count * 256
    let bytes = [UInt8](unsafeUninitializedCapacity: expected) { memory, written in
      arena.lend(memory)
      decodeEntries(chunk, stream: stream, &rejections, &ignored)
      written = arena.lentCount
    }
    batch.bytes = arena.giveBack() ?? bytes
    let decoded = batch
    batch = EventBatch()
    return DecodedChunk(chunk: chunk, batch: decoded, rejections: rejections, ignored: ignored)
  }

  /// Records that are picked before the first of them is finished.
  package static let runRecords = 16

  /// Decodes a chunk whose records belong to one stream, and sorts its events by lane.
  ///
  /// A record is decoded into memory that stays in the cache, and what came of it is then copied to its lane.
  /// Some are picked in one loop and finished in another: what a record goes through from one end to the
  /// other is more code than a core keeps. The last one of them is picked first, so that the bytes of the one
  /// that is finished are always the arena's last, and what is made of them comes behind.
  public func decodeSorted(_ chunk: RecordChunk, stream: Stream) -> SortedChunk {
    var sorted = SortedChunk(chunk: chunk, lanes: Int(partitions), density: density)
    batch = EventBatch()
    chunk.bytes.withUnsafeBufferPointer { bytes in
      for first in stride(from: 0, to: chunk.entries.count, by: EventDecoder.runRecords) {
        let run = first..<min(first + EventDecoder.runRecords, chunk.entries.count)
        pick(run, of: chunk, bytes)
        for index in run { finish(index, of: chunk, bytes, stream: stream, into: &sorted) }
      }
    }
    batch = EventBatch()
    _ = arena.giveBack()
    density = sorted.density ?? density
    return sorted
  }

  /// Picks some records; the first one ends up as the last of what is picked.
  private func pick(_ run: Range<Int>, of chunk: borrowing RecordChunk, _ bytes: UnsafeBufferPointer<UInt8>) {
    picked.removeAll(keepingCapacity: true)
    batch.facts.removeAll(keepingCapacity: true)
    arena.count = 0
    var kept = 0
    for index in run.reversed() {
      guard let value = chunk.entries[index].value, refusal(of: value) == nil else { continue }
      let one = picker.pick(UnsafeBufferPointer(rebasing: bytes[value.indices]), into: &arena, behind: kept)
      kept = one.fields.upperBound
      picked.append(one)
    }
  }

  /// Finishes a record, which is the last one of those that are picked unless it is refused as it is.
  private func finish(
    _ index: Int, of chunk: borrowing RecordChunk, _ bytes: UnsafeBufferPointer<UInt8>, stream: Stream,
    into sorted: inout SortedChunk
  ) {
    let value = chunk.entries[index].value ?? .empty
    var reason = refusal(of: value)
    var start = 0
    if reason == nil, let one = picked.popLast() {
      start = one.bytes.lowerBound
      reason = finish(
        one, json: UnsafeBufferPointer(rebasing: bytes[value.indices]), record: index, stream: stream)
    }
    if let reason {
      sorted.rejections.append(Rejection(record: index, reason: reason, message: takeMessage()))
    } else if let event = batch.events.popLast() {
      sorted.take(
        event, facts: batch.facts,
        bytes: UnsafeBufferPointer(start: arena.base + start, count: arena.count - start), from: start)
    } else if let kind = ignored {
      sorted.ignored.append(Ignored(record: index, kind: kind))
      ignored = nil
    }
  }

  private func decodeEntries(
    _ chunk: borrowing RecordChunk, stream: (Int) -> Result<Stream, RejectionReason.Failure>,
    _ rejections: inout [Rejection], _ ignored: inout [Ignored]
  ) {
    let entries = chunk.entries
    // Raw pointers, because the records go straight to the C++ picker.
    chunk.bytes.withUnsafeBufferPointer { bytes in
      for (index, entry) in entries.enumerated() {
        if let reason = decodeEntry(entry, of: bytes, record: index, stream: stream) {
          rejections.append(Rejection(record: index, reason: reason, message: takeMessage()))
        } else if let kind = self.ignored {
          ignored.append(Ignored(record: index, kind: kind))
          self.ignored = nil
        }
      }
    }
  }

  private func takeMessage() -> String? {
    defer { message = nil }
    return message
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

  /// Decodes one record, unless it is empty, too large or of no known stream.
  private func decodeEntry(
    _ entry: RecordChunk.Entry, of bytes: UnsafeBufferPointer<UInt8>, record: Int,
    stream: (Int) -> Result<Stream, RejectionReason.Failure>
  ) -> RejectionReason? {
    let value = entry.value ?? .empty
    if let reason = refusal(of: value) { return reason }
    switch stream(record) {
    case .failure(let failure): return failure.reason
    case .success(let stream):
      let json = UnsafeBufferPointer(rebasing: bytes[value.indices])
      return finish(picker.pick(json, into: &arena), json: json, record: record, stream: stream)
    }
  }

  /// Why a record is not even looked into.
  private func refusal(of value: ByteSlice) -> RejectionReason? {
    if value.isEmpty { return .emptyPayload }
    return value.count <= limits.maxEventBytes ? nil : .tooLarge
  }

  /// Makes an event of what was picked of a record, whose bytes are the arena's last, and appends it to the
  /// batch.
  ///
  /// - Returns: the reason if it is no event; the batch is then as before.
  private func finish(
    _ picked: PickedRecord, json: UnsafeBufferPointer<UInt8>, record: Int, stream: Stream
  ) -> RejectionReason? {
    arena.count = picked.bytes.upperBound
    hasEscapes = picked.hasEscapes
    let factMark = batch.facts.count
    var reason: RejectionReason?
    switch picked.status {
    case CJSON_OK:
      var draft = EventDraft(stream: stream)
      collect(picker.fields(of: picked), into: &draft, firstFact: factMark)
      reason = finish(&draft, json: json, record: record, firstFact: factMark)
      if let reason { message = explain(reason, draft) }
    case CJSON_NOT_OBJECT: reason = .notAnObject
    case CJSON_TOO_DEEP: reason = .tooDeep
    case CJSON_TOO_MANY: reason = .tooManyFields
    default:
      reason = .malformedJSON
      if locatesMalformed { message = explain(malformed: json, at: picked.failedAt) }
    }
    if reason != nil || ignored != nil {
      traits.removeAll(keepingCapacity: true)
      arena.count = picked.bytes.lowerBound
      batch.facts.removeSubrange(factMark...)
    }
    return reason
  }

  /// Sorts the picked fields into the draft and the batch's facts.
  private func collect(
    _ fields: UnsafeBufferPointer<cjson_field>, into draft: inout EventDraft, firstFact: Int
  ) {
    // Fields met so far, a bit each: their numbers are below 64.
    var seen: UInt64 = 0
    var index = 0
    while index < fields.count {
      let field = fields[index]
      index += 1
      // An explicit null says as much as a missing key.
      if Int32(field.kind) == CJSON_NULL.rawValue { continue }
      if field.field < 100, let fact = EventField(rawValue: UInt8(field.field)) {
        if fact == .attributeName {
          guard index < fields.count else { break }
          appendAttribute(name: field, value: fields[index])
          index += 1
        } else if fact == .traitName {
          guard index < fields.count else { break }
          takeTrait(name: field, value: fields[index])
          index += 1
        } else if !fact.isConversational || draft.stream.profile.isConversational,
          hasExpectedKind(fact, field)
        {
          // A repeated member, or one that is in the envelope and in the body: the last one counts.
          let bit: UInt64 = 1 << UInt64(fact.rawValue)
          if fact.policy != .collect, seen & bit != 0,
            let known = batch.facts[firstFact...].firstIndex(where: { $0.field == fact })
          {
            batch.facts.remove(at: known)
          }
          seen |= bit
          batch.facts.append(
            Event.Fact(field: fact, value: ByteSlice(field), digest: field.digest))
        }
        continue
      }
      if let input = InputField(rawValue: field.field) { draft.set(input, PickedValue(field)) }
    }
  }

  /// Whether a fact has the JSON type that the snapshot's schema promises; another one says nothing.
  private func hasExpectedKind(_ fact: EventField, _ field: cjson_field) -> Bool {
    let kind = UInt32(field.kind)
    switch fact {
    case .page, .referrer, .browser, .device, .geolocation, .campaign, .app, .sdkLibrary,
      .networkConnectivity,
      .externalContact, .conversation, .queue, .user, .disposition, .journeyContext, .channel:
      return kind == CJSON_OBJECT.rawValue
    case .authenticated: return kind == CJSON_TRUE.rawValue || kind == CJSON_FALSE.rawValue
    default: return kind == CJSON_STRING.rawValue
    }
  }

  /// Attributes become `{"dataType":…,"value":"…"}` in whatever form they came.
  private func appendAttribute(name: cjson_field, value: cjson_field) {
    let start = arena.count
    let offset = Int(value.offset)
    let length = Int(value.length)
    var slice = ByteSlice(value)
    switch cjson_kind(rawValue: UInt32(value.kind)) {
    case CJSON_NULL: return
    case CJSON_STRING:
      arena.append("{\"dataType\":\"string\",\"value\":")
      arena.appendOwn(offset, length)
      arena.append(0x7d)
      slice = ByteSlice(offset: start, length: arena.count - start)
    case CJSON_NUMBER:
      arena.append("{\"dataType\":\"number\",\"value\":\"")
      arena.appendOwn(offset, length)
      arena.append("\"}")
      slice = ByteSlice(offset: start, length: arena.count - start)
    case CJSON_TRUE, CJSON_FALSE:
      arena.append("{\"dataType\":\"boolean\",\"value\":\"")
      arena.appendOwn(offset, length)
      arena.append("\"}")
      slice = ByteSlice(offset: start, length: arena.count - start)
    case CJSON_ARRAY: slice = wrapped("{\"dataType\":\"array\",\"value\":", offset, length, from: start)
    case CJSON_OBJECT:
      // An object without a value is one of the sender's own, and the value itself.
      if !hasValue(slice) {
        slice = wrapped("{\"dataType\":\"object\",\"value\":", offset, length, from: start)
      }
    default: return
    }
    batch.facts.append(
      Event.Fact(field: .attributeName, value: ByteSlice(name), digest: name.digest))
    batch.facts.append(Event.Fact(field: .attributeValue, value: slice, digest: value.digest))
  }

  /// A value within an attribute's object.
  private func wrapped(_ head: StaticString, _ offset: Int, _ length: Int, from start: Int) -> ByteSlice {
    arena.append(head)
    arena.appendOwn(offset, length)
    arena.append(0x7d)
    return ByteSlice(offset: start, length: arena.count - start)
  }

  /// Whether a compact JSON object has a member `value`.
  private func hasValue(_ object: ByteSlice) -> Bool {
    let bytes = UnsafeBufferPointer(start: arena.base + Int(object.offset), count: object.count)
    let name: StaticString = "value\""
    // As nearly all of them begin.
    let usual: StaticString = "{\"dataType\":"
    if bytes.count > usual.utf8CodeUnitCount,
      (0..<usual.utf8CodeUnitCount).allSatisfy({ bytes[$0] == usual.utf8Start[$0] })
    {
      return true
    }
    var depth = 0
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case 0x7b, 0x5b: depth += 1
      case 0x7d, 0x5d: depth -= 1
      case 0x22:
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != 0x22 { index += bytes[index] == 0x5c ? 2 : 1 }
        let isName = index + 1 < bytes.count && bytes[index + 1] == 0x3a
        // A name with escapes may be any.
        if depth == 1, isName, bytes[start..<index].contains(0x5c) { return true }
        if depth == 1, isName, index + 1 - start == name.utf8CodeUnitCount,
          (0..<name.utf8CodeUnitCount).allSatisfy({ bytes[start + $0] == name.utf8Start[$0] })
        {
          return true
        }
      default: break
      }
      index += 1
    }
    return false
  }
}

extension RejectionReason {
  /// A reason as the failure of a `Result`.
  public struct Failure: Error, Sendable {
    /// The reason.
    public var reason: RejectionReason

    /// Creates a failure.
    public init(_ reason: RejectionReason) { self.reason = reason }
  }
}

extension ByteSlice {
  init(_ field: cjson_field) {
    self.init(offset: Int(field.offset), length: Int(field.length))
  }
}
