internal import EventLog
package import JourneyModel
internal import Sessionizer
internal import WireFormat

extension LaneMachine {
  /// The sequence of the batch that a redo record belongs to.
  package static func redoSequence(of record: [UInt8]) throws -> BatchSequence {
    var reader = BinaryReader(record)
    return try RedoRecord.sequence(&reader)
  }

  /// Notes a touched value, or that it is gone.
  func collectChange(_ value: StoredValue, _ takenAt: EventTime, _ changes: inout StateChanges) {
    if value.isGone {
      changes.writer.byte(RedoForm.Operation.delete)
      changes.writer.fixed(value.id.high)
      changes.writer.fixed(value.id.low)
      if settings.writesState { uncount(value) }
      observer?.gone(value)
      if value.isInState, settings.writesState {
        tombstones.insert(value.id)
        checkpoints.note(value.id, sequence: sequence, at: takenAt)
      }
    } else {
      observer?.changed(value)
      changes.writer.byte(RedoForm.Operation.put)
      let start = changes.writer.bytes.count
      changes.writer.section(0) { StateCodec.encode(value, to: &$0) }
      assert(
        StateCodec.isReadBack(changes.writer.bytes, from: start), "a value is read back as another one")
      if settings.writesState {
        // What has no revisions comes back under its old id: then `state` still holds the value that was to
        // be taken back, and will have to give up this one instead.
        if !tombstones.isEmpty, tombstones.remove(value.id) != nil { value.isInState = true }
        residency.change(value)
        // Most have changed before and still wait: that saves looking them up by their ids.
        if !value.isWaiting {
          value.isWaiting = true
          byID[value.id] = value
          checkpoints.note(value.id, sequence: sequence, at: takenAt)
        }
      }
    }
    changes.cut(at: settings.maxRedoBytes)
  }

  private func uncount(_ value: StoredValue) {
    byID[value.id] = nil
    value.isWaiting = false
    residency.remove(value)
    guard coldStore != nil else { return }
    residency.reconsider(sessionizer.resident(value.keyDigest))
  }

  /// Writes the changes of so many values to `redo`, and a slice of older values to `state`.
  ///
  /// - Returns: the digest of the changes.
  func writeChanges(
    _ changes: inout StateChanges, of touched: Int, _ takenAt: EventTime, _ records: inout OutputBatch
  ) -> String {
    changes.cut(at: 1)
    for part in changes.parts {
      let start = records.bytes.count
      var head = BinaryWriter()
      head.byte(RedoForm.version)
      head.number(sequence.value)
      records.bytes.append(all: head.bytes)
      Compression.compress(part, appendingTo: &records.bytes)
      assert(
        (try? RedoRecord.changes(Array(records.bytes[start...]), of: sequence)) == part,
        "a redo record is read back as another one")
      let topic = records.topicIndex(settings.topics.redo)
      records.append(
        topic: topic, partition: lane.partition, key: nil,
        value: ByteSlice(offset: start, length: records.bytes.count - start), headers: nil)
    }
    if settings.writesState { writeCheckpoints(takenAt, touched: touched, &records) }
    return changes.digest.text
  }

  private func writeCheckpoints(_ takenAt: EventTime, touched: Int, _ records: inout OutputBatch) {
    var written = 0
    let due = takenAt - settings.checkpointAge
    while true {
      // Only what is in `state` can leave memory. If the rest alone takes more than the lane's share, age no
      // longer counts, and more is written than has just been added.
      let isPressed = coldStore != nil && residency.changedBytes > residency.share
      let limit =
        isPressed ? max(settings.maxCheckpointValues, 2 * touched) : settings.maxCheckpointValues
      guard written < limit, let id = checkpoints.pop(changedUpTo: isPressed ? .latest : due) else { return }
      let key = stateKey(id)
      if let value = byID.removeValue(forKey: id) {
        value.isInState = true
        value.isWaiting = false
        residency.clean(value)
        records.append(
          settings.topics.state, partition: lane.partition, key: key,
          value: Compression.compress(StateCodec.encoded(value)))
        written += 1
      } else if tombstones.remove(id) != nil {
        records.append(settings.topics.state, partition: lane.partition, key: key, value: nil)
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
