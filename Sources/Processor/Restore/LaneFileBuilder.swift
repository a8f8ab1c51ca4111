internal import JourneyModel
package import LaneStorage
package import Sessionizer
package import WireFormat

/// Writes a lane's state into a draft, a slice at a time, so that the lane need not pause for it.
package final class LaneFileBuilder: LaneObserver {
  /// Bytes that are handed to the draft at once.
  private static let blockBytes = 256 << 10
  /// Keys that are read from the cold store at once.
  private static let coldKeys = 256

  package let draft: any LaneFileDraft
  private var writer = BinaryWriter()
  private var digest = Digest()
  /// Values that are to be written, last first.
  private var rest: [StoredValue]
  /// Ids of the values that were in memory at the beginning, in ascending order: those may meanwhile be in
  /// the cold store, and are written nevertheless. And of those that came back from there before they were
  /// found there.
  private let resident: [SessionID]
  private var returned: Set<SessionID> = []
  /// Where the cold store has been read to.
  private var cursor: UInt64?
  private var isColdDone = false
  private var written = 0

  /// Starts a file. `base` is the journal record of the batch that the machine reduced last.
  package init(
    _ machine: LaneMachine, base: JournalRecord, identity: LaneFileIdentity, draft: any LaneFileDraft
  ) {
    self.draft = draft
    // By id, because no dictionary's order may decide a byte.
    let values = machine.sessionizer.allValues.sorted { $0.id < $1.id }
    resident = machine.coldStore == nil ? [] : values.map(\.id)
    rest = values.reversed()
    writer.bytes = LaneFileForm.magic + [LaneFileForm.version, StateCodec.version, RedoForm.version]
    digest.append(writer.bytes)
    section(LaneFileForm.Tag.identity) { identity.write(to: &$0) }
    section(LaneFileForm.Tag.base) { $0.text(base.encoded()) }
    machine.observer = self
  }

  /// Values came back from the cold store: those that were not found there yet would not be found anywhere.
  package func cameBack(_ values: [StoredValue], of key: UInt64) {
    if isColdDone { return }
    if let cursor, Int64(bitPattern: key) <= Int64(bitPattern: cursor) { return }
    for value in values where !isAccountedFor(value.id) {
      returned.insert(value.id)
      rest.append(value)
    }
  }

  /// Whether a value is written, or will be, without being found in the cold store.
  private func isAccountedFor(_ id: SessionID) -> Bool {
    if returned.contains(id) { return true }
    var low = 0
    var high = resident.count
    while low < high {
      let middle = (low + high) / 2
      if resident[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < resident.count && resident[low] == id
  }

  /// Writes values until there are none left or this many bytes were written.
  ///
  /// - Returns: whether all are written.
  package func advance(_ machine: LaneMachine, bytes: Int) throws -> Bool {
    var count = 0
    while count < bytes {
      if let value = rest.popLast() {
        // Gone since: redo says so.
        if value.isGone { continue }
        count += write(value, isWaiting: machine.byID[value.id] != nil)
      } else if isColdDone {
        return true
      } else {
        let colds = try machine.coldStore?.values(after: cursor, limit: LaneFileBuilder.coldKeys) ?? []
        for cold in colds {
          for value in try machine.values(of: cold) where !isAccountedFor(value.id) {
            count += write(value, isWaiting: false)
          }
          cursor = cold.key
        }
        isColdDone = colds.isEmpty
      }
      try flush(at: LaneFileBuilder.blockBytes)
    }
    return rest.isEmpty && isColdDone
  }

  private func write(_ value: StoredValue, isWaiting: Bool) -> Int {
    let start = writer.bytes.count
    section(LaneFileForm.Tag.value) { writer in
      writer.byte((value.isInState ? 1 : 0) | (isWaiting ? 2 : 0))
      StateCodec.encode(value, to: &writer)
    }
    written += 1
    return writer.bytes.count - start
  }

  /// Ends the file. `end` is the journal record of the batch that the machine reduced last.
  ///
  /// - Returns: the number of values in the file.
  package func finish(_ machine: LaneMachine, end: JournalRecord) throws -> Int {
    precondition(
      end.sequence == machine.sequence, "a lane file of batch \(end.sequence), not of the lane's newest")
    while try !advance(machine, bytes: .max) {}
    machine.observer = nil
    var queued = 0
    var waiting = machine.checkpoints.waiting
    while !waiting.isEmpty {
      let part = waiting.prefix(LaneFileForm.maxEntries)
      waiting = waiting.dropFirst(part.count)
      queued += part.count
      section(LaneFileForm.Tag.queue) { writer in
        writer.number(part.count)
        for entry in part {
          writer.fixed(entry.id.high)
          writer.fixed(entry.id.low)
          writer.number(entry.sequence.value)
          writer.number(Int(entry.changedAt.milliseconds))
        }
      }
      try flush(at: LaneFileBuilder.blockBytes)
    }
    let tombstones = machine.tombstones.sorted()
    var rest = tombstones[...]
    while !rest.isEmpty {
      let part = rest.prefix(LaneFileForm.maxEntries)
      rest = rest.dropFirst(part.count)
      section(LaneFileForm.Tag.tombstones) { writer in
        writer.number(part.count)
        for id in part {
          writer.fixed(id.high)
          writer.fixed(id.low)
        }
      }
      try flush(at: LaneFileBuilder.blockBytes)
    }
    section(LaneFileForm.Tag.end) { writer in
      writer.text(end.encoded())
      writer.number(written)
      writer.number(queued)
      writer.number(tombstones.count)
    }
    writer.section(LaneFileForm.Tag.digest) { $0.fixed(digest.value) }
    try flush(at: 1)
    try draft.complete()
    return written
  }

  private func section(_ tag: UInt8, _ body: (inout BinaryWriter) -> Void) {
    let start = writer.bytes.count
    writer.section(tag, body)
    digest.append(writer.bytes, start..<writer.bytes.count)
  }

  private func flush(at size: Int) throws {
    guard writer.bytes.count >= size else { return }
    try draft.write(writer.bytes)
    writer.bytes.removeAll(keepingCapacity: true)
  }
}
