internal import JourneyModel
package import Sessionizer
internal import WireFormat

/// Writes a lane's state into a draft, a slice at a time, so that the lane need not stand still for it.
package final class LaneFileBuilder {
  /// Bytes that are handed to the draft at once.
  private static let blockBytes = 256 << 10

  package let draft: any LaneFileDraft
  private var writer = BinaryWriter()
  private var digest = Digest()
  private var rest: [Session]
  private var written = 0

  /// Starts a file. `base` is the journal record of the batch that the machine reduced last.
  package init(_ machine: LaneMachine, base: JournalRecord, identity: LaneFileIdentity, draft: any LaneFileDraft)
  {
    self.draft = draft
    // By id, because no dictionary's order may decide a byte; backwards, as they are taken from the end.
    rest = machine.sessionsForFile.sorted { $1.id < $0.id }
    writer.bytes = LaneFileForm.magic + [LaneFileForm.version, StateCodec.version, LaneMachine.redoVersion]
    digest.append(writer.bytes)
    section(LaneFileForm.Tag.identity) { identity.write(to: &$0) }
    section(LaneFileForm.Tag.base) { $0.text(base.encoded()) }
  }

  /// Adds a session that came back into memory after writing began, and that therefore nobody else would write.
  package func add(_ session: Session) { rest.append(session) }

  /// Writes sessions until there are none left or this many bytes were written.
  ///
  /// - Returns: whether all are written.
  package func advance(bytes: Int) throws -> Bool {
    var count = 0
    while count < bytes, let session = rest.popLast() {
      // Gone since: redo says so.
      if session.lifecycle == .forgotten || session.lifecycle == .merged { continue }
      let start = writer.bytes.count
      section(LaneFileForm.Tag.session) { writer in
        writer.byte(session.isInState ? 1 : 0)
        StateCodec.encode(session, to: &writer)
      }
      written += 1
      count += writer.bytes.count - start
      try flush(at: LaneFileBuilder.blockBytes)
    }
    return rest.isEmpty
  }

  /// Ends the file. `end` is the journal record of the batch that the machine reduced last.
  ///
  /// - Returns: the number of sessions in the file.
  package func finish(_ machine: LaneMachine, end: JournalRecord) throws -> Int {
    while try !advance(bytes: .max) {}
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
          writer.number(entry.sequence)
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
