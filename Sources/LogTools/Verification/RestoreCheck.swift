internal import EventLog
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Whether `state` and `redo` would restore exactly the sessions that a lane has.
///
/// Memory: a digest and a place for each session.
struct RestoreCheck {
  private struct Value {
    var digest: UInt64
    var topic: String
    var offset: Int64
    var sequence: BatchSequence
  }

  let lane: LaneNumber
  let topics: TopicNames

  /// Compares after the batch `sequence`, whose journal record says `redoFrom`.
  ///
  /// - Parameters:
  ///   - state: at the beginning of the lane's partition of `state`.
  ///   - end: offset in `state` up to which records were written until then.
  ///   - redo: at the beginning of the lane's partition of `redo`.
  /// - Returns: how many values are restored.
  func run(
    _ machine: LaneMachine, _ held: HeldValues, state: PartitionCursor, below end: Int64,
    redo: PartitionCursor, redoFrom: BatchSequence, sequence: BatchSequence
  ) throws -> Int {
    var values: [SessionID: Value] = [:]
    while let record = try state.peek(), record.offset < end {
      state.advance()
      guard let id = record.key.flatMap({ SessionID(text: $0) }) else {
        throw mismatch(sequence, topics.state, record.offset, "the key is no session id")
      }
      guard let block = record.value else {
        values[id] = nil
        continue
      }
      let bytes = try decoding(sequence, topics.state, record.offset) { () throws(CodecError) in
        try Compression.decompress(block)
      }
      values[id] = Value(
        digest: RestoreCheck.digest(bytes), topic: topics.state, offset: record.offset, sequence: sequence)
    }
    while let record = try redo.peek() {
      redo.advance()
      let changes = try decoding(sequence, topics.redo, record.offset) { () throws(CodecError) in
        try RedoChanges(record.value ?? [])
      }
      guard changes.sequence >= redoFrom else { continue }
      guard changes.sequence <= sequence else { break }
      for change in changes.changes {
        values[change.id] = change.value.map {
          Value(
            digest: RestoreCheck.digest($0), topic: topics.redo, offset: record.offset,
            sequence: changes.sequence)
        }
      }
    }
    return try compare(values, machine, held, sequence)
  }

  private func compare(
    _ restored: [SessionID: Value], _ machine: LaneMachine, _ held: HeldValues, _ sequence: BatchSequence
  ) throws -> Int {
    var values = restored
    let present = machine.sessionizer.allValues.sorted { $0.id < $1.id }
    for session in present {
      guard let value = values.removeValue(forKey: session.id) else {
        throw mismatch(
          sequence, topics.state, nil,
          "session \(session.id.text) is held, but neither state nor redo has its value: a restore would lose it"
        )
      }
      guard let bytes = held.bytes(of: session.id), RestoreCheck.digest(bytes) == value.digest else {
        throw mismatch(
          value.sequence, value.topic, value.offset,
          "session \(session.id.text) would be restored with another value than it has: a newer record is missing, or this one is wrong"
        )
      }
    }
    if let rest = values.min(by: { $0.key < $1.key }) {
      throw mismatch(
        rest.value.sequence, rest.value.topic, rest.value.offset,
        "session \(rest.key.text) is gone, but would be restored: a tombstone is missing")
    }
    return present.count
  }

  private static func digest(_ bytes: [UInt8]) -> UInt64 {
    var digest = Digest()
    digest.append(bytes)
    return digest.value
  }

  private func decoding<Value>(
    _ sequence: BatchSequence, _ topic: String, _ offset: Int64, _ body: () throws(CodecError) -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch {
      throw mismatch(sequence, topic, offset, "the value is damaged: \(error)")
    }
  }

  private func mismatch(_ sequence: BatchSequence, _ topic: String, _ offset: Int64?, _ difference: String)
    -> VerificationMismatch
  {
    VerificationMismatch(
      lane: lane, sequence: sequence, topic: topic, partition: lane.partition, offset: offset,
      difference: difference)
  }
}

/// A redo record as values that are not decoded.
struct RedoChanges {
  /// One value afterwards; `nil` if it is gone.
  struct Change {
    var id: SessionID
    var value: [UInt8]?
  }

  var sequence: BatchSequence
  var changes: [Change] = []

  init(_ record: [UInt8]) throws(CodecError) {
    var head = BinaryReader(record)
    let version = try head.byte()
    guard version == RedoForm.version else { throw CodecError("redo version \(version)") }
    sequence = BatchSequence(try head.number())
    let bytes = try Compression.decompress(Array(record[head.at...]))
    var body = BinaryReader(bytes)
    while !body.isAtEnd {
      switch try body.byte() {
      case RedoForm.Operation.put:
        let start = body.at
        var section = try body.section().body
        // The section's tag and length are before its body.
        let value = Array(bytes[start + 5..<body.at])
        changes.append(Change(id: try StateCodec.decode(&section).id, value: value))
      case RedoForm.Operation.delete:
        changes.append(Change(id: SessionID(high: try body.fixed(), low: try body.fixed()), value: nil))
      case let other: throw CodecError("redo operation \(other)")
      }
    }
  }
}
