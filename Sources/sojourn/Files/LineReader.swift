import EventLog
import Foundation
import JourneyModel

/// Reads a file of lines as chunks: each line that is not empty is one record.
///
/// A line longer than the limit is cut to one byte more than the limit, which is enough for it to be rejected as too
/// large, so memory stays bounded whatever the file holds.
actor LineReader {
  private let handle: FileHandle
  private let source: TopicPartition
  private let blockBytes: Int
  private let maxLineBytes: Int
  private var carried: [UInt8] = []
  private var line: Int64 = 0
  private var isAtEnd = false

  /// Bytes read so far.
  private(set) var bytesRead = 0

  /// Whether an input whose first line is no complete object is taken as one record: a pretty-printed file.
  private let joinsWholeObject: Bool

  init(
    handle: FileHandle, source: TopicPartition, maxLineBytes: Int, blockBytes: Int = 20 << 20,
    joinsWholeObject: Bool = false
  ) {
    self.joinsWholeObject = joinsWholeObject
    self.handle = handle
    self.source = source
    self.blockBytes = blockBytes
    self.maxLineBytes = maxLineBytes
  }

  /// The next chunk; `nil` at the end.
  func next() throws -> RecordChunk? {
    while !isAtEnd {
      let data = try handle.read(upToCount: blockBytes) ?? Data()
      bytesRead += data.count
      if data.isEmpty { isAtEnd = true }
      if joinsWholeObject, line == 0, carried.isEmpty, let whole = try wholeObject(data) { return whole }
      let chunk = split(data)
      if !chunk.entries.isEmpty { return chunk }
    }
    return nil
  }

  /// The whole input as one record, if it is one object over several lines and fits into a block.
  private func wholeObject(_ first: Data) throws -> RecordChunk? {
    let firstLine = first.prefix { $0 != 0x0a }
    guard first.count < blockBytes, first.first == 0x7b,
      (try? JSONSerialization.jsonObject(with: firstLine)) == nil,
      (try? JSONSerialization.jsonObject(with: first)) != nil
    else { return nil }
    isAtEnd = true
    line = 1
    let bytes = [UInt8](first)
    let entry = RecordChunk.Entry(
      offset: RecordOffset(1), timestamp: -1, key: nil, value: ByteRange(offset: 0, length: bytes.count),
      headers: nil)
    return RecordChunk(source: source, next: NextOffset(2), bytes: bytes, entries: [entry])
  }

  private func split(_ data: Data) -> RecordChunk {
    var bytes = carried
    carried = []
    bytes.reserveCapacity(bytes.count + data.count + RecordChunk.padding)
    let scanFrom = bytes.count
    bytes.append(contentsOf: data)
    var entries: [RecordChunk.Entry] = []
    entries.reserveCapacity(bytes.count / 256)
    var start = 0
    // `memchr` finds line ends an order of magnitude faster than a loop, hence the pointer.
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var at = scanFrom
      while at < buffer.count, let found = memchr(base + at, 0x0a, buffer.count - at) {
        let end = base.distance(to: UnsafeRawPointer(found))
        append(start, end, &entries)
        start = end + 1
        at = start
      }
      if isAtEnd, start < buffer.count {
        append(start, buffer.count, &entries)
        start = buffer.count
      }
    }
    if start < bytes.count {
      carried = Array(bytes[start...].prefix(maxLineBytes + 1))
    }
    return RecordChunk(source: source, next: NextOffset(line), bytes: bytes, entries: entries)
  }

  private func append(_ start: Int, _ end: Int, _ entries: inout [RecordChunk.Entry]) {
    line += 1
    guard end > start else { return }
    entries.append(
      RecordChunk.Entry(
        offset: RecordOffset(line), timestamp: -1, key: nil,
        value: ByteRange(offset: start, length: end - start), headers: nil))
  }
}
