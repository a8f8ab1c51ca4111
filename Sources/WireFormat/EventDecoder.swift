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
  /// The records of the run at hand that are not finished yet, in the order in which they were picked.
  private var run: [RunRecord] = []
  /// Whether texts of the record that is finished may hold bytes that JSON escapes, NUL among them.
  var hasEscapes = false
  /// What is wrong with the record that was rejected last, if its reason does not say it all.
  var message: String?
  let nameBytes = EventDecoder.nameBytes
  let typeBytes = EventDecoder.typeBytes
  let placeholders: [[UInt8]]
  /// A bit for each length in bytes that a placeholder has; longer ones than 63 bytes count as 63.
  let placeholderLengths: UInt64
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

  /// Records that are picked in one loop and then finished in another: what a record goes through from one
  /// end to the other is more code than a core keeps.
  package static let runRecords = 16

  /// A record between the two loops.
  private enum RunRecord {
    case picked(PickedRecord, Stream)
    /// It is not even looked into.
    case refused(RejectionReason)
  }

  private static func runs(of chunk: borrowing RecordChunk) -> [Range<Int>] {
    let count = chunk.entries.count
    return stride(from: 0, to: count, by: runRecords).map { $0..<min($0 + runRecords, count) }
  }

  private func decodeAll(
    _ chunk: RecordChunk, stream: (Int) -> Result<Stream, RejectionReason.Failure>
  ) -> DecodedChunk {
    batch = EventBatch()
    batch.events.reserveCapacity(chunk.entries.count)
    batch.facts.reserveCapacity(chunk.entries.count * 12)
    var outcome = Outcome()
    // What is picked is once or twice in the arena, with a little of our own for each event. Memory that is
    // not written to costs nothing.
    let expected = chunk.bytes.count * 2 + chunk.entries.count * 256
    let bytes = [UInt8](unsafeUninitializedCapacity: expected) { memory, written in
      arena.lend(memory)
      chunk.bytes.withUnsafeBufferPointer { bytes in
        for range in EventDecoder.runs(of: chunk) {
          let (start, events) = (arena.count, batch.events.count)
          // Here all bytes stay, so any order will do.
          pick(range, of: chunk, bytes, stream: stream)
          for (place, index) in range.enumerated() { conclude(run[place], index, of: chunk, bytes, &outcome) }
          // No event of this run: nothing refers to its bytes.
          if batch.events.count == events { arena.count = start }
        }
      }
      written = arena.lentCount
    }
    batch.bytes = arena.giveBack() ?? bytes
    let decoded = batch
    batch = EventBatch()
    return DecodedChunk(
      chunk: chunk, batch: decoded, rejections: outcome.rejections, ignored: outcome.ignored)
  }

  /// Decodes a chunk whose records belong to one stream, and sorts its events by lane.
  ///
  /// A record is decoded into memory that stays in the cache, and what came of it is then copied to its lane.
  /// The last one of a run is picked first, so that the bytes of the one that is finished are always the
  /// arena's last, and what is made of them comes behind.
  public func decodeSorted(_ chunk: RecordChunk, stream: Stream) -> SortedChunk {
    var sorted = SortedChunk(chunk: chunk, lanes: Int(partitions), density: density)
    var outcome = Outcome()
    batch = EventBatch()
    chunk.bytes.withUnsafeBufferPointer { bytes in
      for range in EventDecoder.runs(of: chunk) {
        batch.facts.removeAll(keepingCapacity: true)
        arena.count = 0
        pick(range.reversed(), of: chunk, bytes) { _ in .success(stream) }
        for index in range {
          let record = run.removeLast()
          var start = 0
          if case .picked(let one, _) = record {
            start = one.bytes.lowerBound
            // What the records that were finished before have left behind this one's bytes goes.
            arena.count = one.bytes.upperBound
          }
          conclude(record, index, of: chunk, bytes, &outcome)
          guard let event = batch.events.popLast() else { continue }
          sorted.take(
            event, facts: batch.facts,
            bytes: UnsafeBufferPointer(start: arena.base + start, count: arena.count - start), from: start)
        }
      }
    }
    batch = EventBatch()
    _ = arena.giveBack()
    (sorted.rejections, sorted.ignored) = (outcome.rejections, outcome.ignored)
    density = sorted.density ?? density
    return sorted
  }

  /// Picks the records of a run, in the order that is given.
  private func pick(
    _ records: some Sequence<Int>, of chunk: borrowing RecordChunk, _ bytes: UnsafeBufferPointer<UInt8>,
    stream: (Int) -> Result<Stream, RejectionReason.Failure>
  ) {
    run.removeAll(keepingCapacity: true)
    var kept = 0
    for index in records {
      let value = chunk.entries[index].value ?? .empty
      if let reason = refusal(of: value) {
        run.append(.refused(reason))
        continue
      }
      switch stream(index) {
      case .failure(let failure): run.append(.refused(failure.reason))
      case .success(let stream):
        let one = picker.pick(UnsafeBufferPointer(rebasing: bytes[value.indices]), into: &arena, behind: kept)
        kept = one.fields.upperBound
        run.append(.picked(one, stream))
      }
    }
  }

  /// What became of the records that are no events.
  private struct Outcome {
    var rejections: [Rejection] = []
    var ignored: [Ignored] = []
  }

  /// Makes an event of a record and appends it to the batch, or notes why it is none.
  private func conclude(
    _ record: RunRecord, _ index: Int, of chunk: borrowing RecordChunk, _ bytes: UnsafeBufferPointer<UInt8>,
    _ outcome: inout Outcome
  ) {
    var reason: RejectionReason?
    switch record {
    case .refused(let why): reason = why
    case .picked(let picked, let stream):
      let value = chunk.entries[index].value ?? .empty
      reason = makeEvent(
        picked, json: UnsafeBufferPointer(rebasing: bytes[value.indices]), record: index, stream: stream)
    }
    if let reason {
      outcome.rejections.append(Rejection(record: index, reason: reason, message: takeMessage()))
    } else if let kind = ignored {
      outcome.ignored.append(Ignored(record: index, kind: kind))
      ignored = nil
    }
  }

  private func takeMessage() -> String? {
    defer { message = nil }
    return message
  }

  /// Why a record is not even looked into.
  private func refusal(of value: ByteSlice) -> RejectionReason? {
    if value.isEmpty { return .emptyPayload }
    return value.count <= limits.maxEventBytes ? nil : .tooLarge
  }

  /// Makes an event of what was picked of a record, with bytes of its own behind the arena's last, and
  /// appends it to the batch.
  ///
  /// - Returns: the reason if it is no event; the batch is then as before.
  private func makeEvent(
    _ picked: PickedRecord, json: UnsafeBufferPointer<UInt8>, record: Int, stream: Stream
  ) -> RejectionReason? {
    hasEscapes = picked.hasEscapes
    let (factMark, byteMark) = (batch.facts.count, arena.count)
    var reason: RejectionReason?
    switch picked.status {
    case CJSON_OK:
      var draft = EventDraft(stream: stream)
      collect(picker.fields(of: picked), into: &draft)
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
      arena.count = byteMark
      batch.facts.removeSubrange(factMark...)
    }
    return reason
  }

  /// Sorts the picked fields into the draft and the batch's facts.
  private func collect(_ fields: UnsafeBufferPointer<cjson_field>, into draft: inout EventDraft) {
    // Room for all of them at once.
    batch.facts.append(addingCapacity: fields.count) { facts in
      // Fields met so far, a bit each: their numbers are below 64.
      var seen: UInt64 = 0
      var index = 0
      while index < fields.count {
        let field = fields[index]
        index += 1
        // An explicit null says as much as a missing key.
        if Int32(field.kind) == CJSON_NULL.rawValue { continue }
        guard field.field < 100, let fact = EventField(rawValue: UInt8(field.field)) else {
          if let input = InputField(rawValue: field.field) { draft.set(input, PickedValue(field)) }
          continue
        }
        if fact.policy == .pair {
          guard index < fields.count else { break }
          let value = fields[index]
          index += 1
          if fact == .traitName {
            takeTrait(name: field, value: value)
          } else if let own = attributeValue(value) {
            facts.append(Event.Fact(field: .attributeName, value: ByteSlice(field), digest: field.digest))
            facts.append(Event.Fact(field: .attributeValue, value: own, digest: value.digest))
          }
        } else if !fact.isConversational || draft.stream.profile.isConversational,
          hasExpectedKind(fact, field)
        {
          // A repeated member, or one that is in the envelope and in the body: the last one counts.
          let bit: UInt64 = 1 << UInt64(fact.rawValue)
          if fact.policy != .collect, seen & bit != 0 { EventDecoder.remove(fact, from: &facts) }
          seen |= bit
          facts.append(Event.Fact(field: fact, value: ByteSlice(field), digest: field.digest))
        }
      }
    }
  }

  /// Takes the fact of a field out of an event's.
  private static func remove(_ field: EventField, from facts: inout OutputSpan<Event.Fact>) {
    var isFound = false
    for index in 0..<facts.count {
      if isFound { facts.swapAt(index - 1, index) } else { isFound = facts[index].field == field }
    }
    if isFound { facts.removeLast(1) }
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

  /// Attributes become `{"dataType":…,"value":"…"}` in whatever form they came; one that says nothing becomes
  /// `nil`.
  private func attributeValue(_ value: cjson_field) -> ByteSlice? {
    let slice = ByteSlice(value)
    switch cjson_kind(rawValue: UInt32(value.kind)) {
    case CJSON_STRING: return wrapped("{\"dataType\":\"string\",\"value\":", slice, "}")
    case CJSON_NUMBER: return wrapped("{\"dataType\":\"number\",\"value\":\"", slice, "\"}")
    case CJSON_TRUE, CJSON_FALSE:
      return wrapped("{\"dataType\":\"boolean\",\"value\":\"", slice, "\"}")
    case CJSON_ARRAY: return wrapped("{\"dataType\":\"array\",\"value\":", slice, "}")
    case CJSON_OBJECT:
      // An object without a value is one of the sender's own, and the value itself.
      return hasValue(slice) ? slice : wrapped("{\"dataType\":\"object\",\"value\":", slice, "}")
    default: return nil
    }
  }

  /// A value within an attribute's object.
  @inline(__always)
  private func wrapped(_ head: StaticString, _ value: ByteSlice, _ tail: StaticString) -> ByteSlice {
    let start = arena.count
    arena.append(head)
    arena.appendOwn(Int(value.offset), value.count)
    arena.append(tail)
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
