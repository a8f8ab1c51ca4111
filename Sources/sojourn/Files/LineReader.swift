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
  private var nextBlockBytes: Int
  private let maxLineBytes: Int
  private var carried: [UInt8] = []
  private var line: Int64 = 0
  private var isAtEnd = false

  /// Bytes read so far.
  private(set) var bytesRead = 0

  private let isInteractive: Bool

  /// Reads ahead for replays: whole blocks, whatever the pipe gives at a time.
  static let replayBlockBytes = 8 << 20

  /// - Parameters:
  ///   - blockBytes: most bytes read at once.
  ///   - isInteractive: hands over what a pipe gives at once instead of waiting for a whole block, and takes a file
  ///     that holds one object over several lines as one record.
  init(
    handle: FileHandle, source: TopicPartition, maxLineBytes: Int,
    blockBytes: Int = LineReader.replayBlockBytes,
    isInteractive: Bool = false
  ) {
    self.isInteractive = isInteractive
    self.handle = handle
    self.source = source
    self.blockBytes = blockBytes
    nextBlockBytes = min(blockBytes, 2 << 20)
    self.maxLineBytes = maxLineBytes
  }

  /// The next chunk; `nil` at the end.
  func next() throws -> RecordChunk? {
    while !isAtEnd {
      let scanFrom = carried.count
      let bytes = try block()
      bytesRead += bytes.count - scanFrom
      if bytes.count == scanFrom { isAtEnd = true }
      if isInteractive, line == 0, scanFrom == 0, let whole = wholeObject(bytes) { return whole }
      let chunk = split(bytes, scanFrom: scanFrom)
      if !chunk.entries.isEmpty { return chunk }
    }
    return nil
  }

  /// The whole input as one record, if it is one object over several lines and fits into a block.
  private func wholeObject(_ bytes: [UInt8]) -> RecordChunk? {
    let first = Data(bytes)
    let firstLine = first.prefix { $0 != 0x0a }
    guard first.count < blockBytes, first.first == 0x7b,
      (try? JSONSerialization.jsonObject(with: firstLine)) == nil,
      (try? JSONSerialization.jsonObject(with: first)) != nil
    else { return nil }
    isAtEnd = true
    line = 1
    let entry = RecordChunk.Entry(
      offset: RecordOffset(1), timestamp: -1, key: nil, value: ByteRange(offset: 0, length: bytes.count),
      headers: nil)
    return RecordChunk(source: source, next: NextOffset(2), bytes: bytes, entries: [entry])
  }

  /// What was carried over and the next block behind it.
  private func block() throws -> [UInt8] {
    let descriptor = handle.fileDescriptor
    let kept = carried
    carried = []
    // Small blocks first, so that there is something to reduce soon after the start.
    let blockBytes = nextBlockBytes
    nextBlockBytes = min(blockBytes * 2, self.blockBytes)
    var failure: Int32 = 0
    // Uninitialized, because `read` (C) fills it: a zeroed block or a copy through `Data` cost 5 % of a replay.
    let bytes = [UInt8](unsafeUninitializedCapacity: kept.count + blockBytes + RecordChunk.padding) {
      buffer, count in
      for (index, byte) in kept.enumerated() { buffer[index] = byte }
      count = kept.count
      while count < kept.count + blockBytes {
        let taken = read(descriptor, buffer.baseAddress.map { $0 + count }, kept.count + blockBytes - count)
        if taken < 0 {
          if errno == EINTR { continue }
          failure = errno
        }
        guard taken > 0 else { break }
        count += taken
        if isInteractive { break }
      }
    }
    if failure != 0 { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    return bytes
  }

  private func split(_ bytes: consuming [UInt8], scanFrom: Int) -> RecordChunk {
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
