package import JourneyModel
package import Sessionizer
package import WireFormat

/// Reads a lane file section by section. Everything that does not hold is a `LaneFileDoubt`; what was handed
/// over before it is worth nothing.
package final class LaneFileReader {
  /// What a section says.
  package enum Item {
    case value(StoredValue, isWaiting: Bool)
    case queued(SessionID, sequence: BatchSequence, changedAt: EventTime)
    case tombstone(SessionID)
  }

  private let source: any LaneFileSource
  private var buffer: [UInt8] = []
  private var at = 0
  private var digest = Digest()
  /// Whose state it is.
  private(set) var identity: LaneFileIdentity?
  /// The journal record of the batch after which writing began.
  private(set) var base: JournalRecord?

  package init(_ source: any LaneFileSource) { self.source = source }

  /// Reads what is in front of the values.
  package func readHead() throws -> (identity: LaneFileIdentity, base: JournalRecord) {
    try fill(LaneFileForm.preambleBytes)
    guard buffer.starts(with: LaneFileForm.magic) else {
      throw LaneFileDoubt(.damaged, "it does not begin as a lane file does")
    }
    for (index, name, own) in [
      (8, "form", LaneFileForm.version), (9, "codec", StateCodec.version),
      (10, "redo", RedoForm.version),
    ] where buffer[index] != own {
      throw LaneFileDoubt(.unknownVersion, "its \(name) version is \(buffer[index]), this build reads \(own)")
    }
    at = LaneFileForm.preambleBytes
    digest.append(buffer, 0..<at)
    var first = try section(LaneFileForm.Tag.identity)
    let identity = try decoding { try LaneFileIdentity(&first) }
    var second = try section(LaneFileForm.Tag.base)
    let base = try journal(try decoding { try second.text() })
    return (identity, base)
  }

  /// Reads the rest.
  ///
  /// - Returns: the journal record of the batch after which writing ended, as its bytes.
  package func readBody(_ body: (Item) throws -> Void) throws -> [UInt8] {
    var counts = [0, 0, 0]
    while true {
      var (tag, reader) = try section()
      switch tag {
      case LaneFileForm.Tag.value:
        let (value, flags) = try decoding {
          let flags = try reader.byte()
          return (try StateCodec.decode(&reader), flags)
        }
        value.isInState = flags & 1 != 0
        counts[0] += 1
        try body(.value(value, isWaiting: flags & 2 != 0))
      case LaneFileForm.Tag.queue:
        let entries = try decoding {
          var entries: [(SessionID, BatchSequence, EventTime)] = []
          for _ in 0..<(try reader.count()) {
            let id = SessionID(high: try reader.fixed(), low: try reader.fixed())
            let sequence = BatchSequence(try reader.number())
            entries.append((id, sequence, EventTime(milliseconds: Int64(try reader.number()))))
          }
          return entries
        }
        counts[1] += entries.count
        for entry in entries { try body(.queued(entry.0, sequence: entry.1, changedAt: entry.2)) }
      case LaneFileForm.Tag.tombstones:
        let ids = try decoding {
          var ids: [SessionID] = []
          for _ in 0..<(try reader.count()) {
            ids.append(SessionID(high: try reader.fixed(), low: try reader.fixed()))
          }
          return ids
        }
        counts[2] += ids.count
        for id in ids { try body(.tombstone(id)) }
      case LaneFileForm.Tag.end:
        let (end, stated) = try decoding {
          let end = try reader.text()
          return (end, [try reader.number(), try reader.number(), try reader.number()])
        }
        guard stated == counts else {
          throw LaneFileDoubt(
            .damaged, "it holds \(counts) sessions, queue entries and tombstones, its end says \(stated)")
        }
        try checkDigest()
        return end
      default: throw LaneFileDoubt(.unknownVersion, "it has a section \(tag)")
      }
    }
  }

  private func checkDigest() throws {
    let own = digest.value
    var last = try section(LaneFileForm.Tag.digest)
    let stated = try decoding { try last.fixed() }
    guard own == stated else {
      throw LaneFileDoubt(.damaged, "its digest does not hold")
    }
    // Reading on to the end is what checks the storage's own checksum.
    let rest = try source.read()
    guard at == buffer.count, rest == nil else { throw LaneFileDoubt(.damaged, "it goes on behind its end") }
  }

  package func journal(_ bytes: [UInt8]) throws -> JournalRecord {
    do {
      return try JournalRecord(decoding: bytes)
    } catch {
      throw LaneFileDoubt(.damaged, "its journal record: \(error)")
    }
  }

  private func decoding<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw LaneFileDoubt(.damaged, "\(error)")
    }
  }

  private func section(_ wanted: UInt8) throws -> BinaryReader {
    let (tag, body) = try section()
    guard tag == wanted else {
      throw LaneFileDoubt(.damaged, "it has a section \(tag) where \(wanted) should be")
    }
    return body
  }

  private func section() throws -> (tag: UInt8, body: BinaryReader) {
    try fill(5)
    let length = (0..<4).reduce(0) { $0 | Int(buffer[at + 1 + $1]) << (8 * $1) }
    guard length <= LaneFileForm.maxSectionBytes else {
      throw LaneFileDoubt(.damaged, "it has a section of \(length) bytes")
    }
    try fill(5 + length)
    let range = at..<at + 5 + length
    digest.append(buffer, range)
    at = range.upperBound
    return (buffer[range.lowerBound], BinaryReader(buffer, range.lowerBound + 5..<range.upperBound))
  }

  /// Makes sure that so many bytes are there.
  private func fill(_ count: Int) throws {
    while buffer.count - at < count {
      if at > 0 {
        buffer.removeSubrange(..<at)
        at = 0
      }
      guard let more = try source.read() else { throw LaneFileDoubt(.torn, "it ends before its end mark") }
      buffer.append(contentsOf: more)
    }
  }
}
