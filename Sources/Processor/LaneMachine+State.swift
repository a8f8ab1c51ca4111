internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

extension LaneMachine {
  /// What a redo record says about one session.
  package enum RedoOperation {
    static let put: UInt8 = 1
    static let delete: UInt8 = 2
  }

  /// First byte of a redo record.
  package static let redoVersion: UInt8 = 1

  /// Writes the final values of what the batch touched to `redo`, and a slice of older ones to `state`.
  ///
  /// - Returns: the digest of the changes.
  func encodeState(_ touched: [Session], _ batch: LaneBatch, _ records: inout OutputBatch) -> String {
    var digest = Digest()
    // Taken over and given back, so that its memory serves every batch.
    var writer = redoWriter
    redoWriter = BinaryWriter()
    writer.bytes.removeAll(keepingCapacity: true)
    defer { redoWriter = writer }
    func flush() {
      guard !writer.bytes.isEmpty else { return }
      digest.append(writer.bytes)
      defer { writer.bytes.removeAll(keepingCapacity: true) }
      guard settings.writesState else { return }
      let start = records.bytes.count
      var head = BinaryWriter()
      head.byte(LaneMachine.redoVersion)
      head.number(sequence)
      records.bytes.append(contentsOf: head.bytes)
      Compression.compress(writer.bytes, appendingTo: &records.bytes)
      let topic = records.topicIndex(settings.topics.redo)
      records.append(
        topic: topic, partition: lane, key: nil,
        value: ByteRange(offset: start, length: records.bytes.count - start), headers: nil)
    }
    for session in touched {
      let isGone = session.lifecycle == .forgotten || session.lifecycle == .merged
      writer.byte(isGone ? RedoOperation.delete : RedoOperation.put)
      if isGone {
        writer.fixed(session.id.high)
        writer.fixed(session.id.low)
        byID[session.id] = nil
        if session.isInState, settings.writesState {
          tombstones.insert(session.id)
          checkpoints.note(session.id, sequence: sequence, at: batch.takenAt)
        }
        if session.lifecycle == .forgotten { onForget?(session) }
      } else {
        writer.section(0) { StateCodec.encode(session, to: &$0) }
        if settings.writesState {
          byID[session.id] = session
          checkpoints.note(session.id, sequence: sequence, at: batch.takenAt)
        }
      }
      if writer.bytes.count >= settings.maxRedoBytes { flush() }
    }
    flush()
    if settings.writesState { writeCheckpoints(batch, &records) }
    return digest.text
  }

  private func writeCheckpoints(_ batch: LaneBatch, _ records: inout OutputBatch) {
    var written = 0
    let due = batch.takenAt - settings.checkpointAge
    while written < settings.maxCheckpointValues, let id = checkpoints.pop(changedUpTo: due) {
      let key = stateKey(id)
      if let session = byID[id] {
        session.isInState = true
        var writer = BinaryWriter()
        StateCodec.encode(session, to: &writer)
        records.append(
          settings.topics.state, partition: lane, key: key, value: Compression.compress(writer.bytes))
        written += 1
      } else if tombstones.remove(id) != nil {
        records.append(settings.topics.state, partition: lane, key: key, value: nil)
        written += 1
      }
    }
  }

  private func stateKey(_ id: SessionID) -> [UInt8] {
    var key: [UInt8] = []
    id.appendText(to: &key)
    return key
  }
}
