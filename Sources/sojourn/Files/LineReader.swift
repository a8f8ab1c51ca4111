import EventLog
import Foundation
import JourneyModel

/// Reads a file of events as chunks: each line that is not empty is one record. Objects over several lines,
/// and the elements of an array, are a record each as well.
///
/// A record longer than the limit is cut to one byte more than the limit, which is enough for it to be
/// rejected as too large, so memory stays bounded whatever the file holds. Records have the number of their
/// line as offset.
actor LineReader {
  private let input: InputBytes
  private let source: TopicPartition
  private let blockBytes: Int
  private var nextBlockBytes: Int
  private let maxLineBytes: Int
  private var carried: [UInt8] = []
  private var line: Int64 = 0
  private var isAtEnd = false
  private var form: RecordForm?
  private var values = ValueSplitter()

  /// Bytes of the file read so far, as they are there.
  var bytesRead: Int { input.bytesRead }

  private let isInteractive: Bool

  /// Reads ahead for replays: whole blocks, whatever the pipe gives at a time.
  static let replayBlockBytes = 8 << 20

  /// Most bytes of a text's start that are looked at to find out how records are in it.
  static let maxFormBytes = 1 << 20

  /// - Parameters:
  ///   - path: what messages call the file.
  ///   - blockBytes: most bytes read at once.
  ///   - isInteractive: hands over what a pipe gives at once instead of waiting for a whole block.
  init(
    handle: FileHandle, path: String, source: TopicPartition, maxLineBytes: Int,
    blockBytes: Int = LineReader.replayBlockBytes,
    isInteractive: Bool = false
  ) {
    self.isInteractive = isInteractive
    self.handle = handle
    input = InputBytes(descriptor: handle.fileDescriptor, path: InputFile.name(path))
    self.source = source
    self.blockBytes = blockBytes
    nextBlockBytes = min(blockBytes, 2 << 20)
    self.maxLineBytes = maxLineBytes
  }

  /// Keeps the descriptor open.
  private let handle: FileHandle

  /// The next chunk; `nil` at the end.
  ///
  /// - Throws: `FileProblem`.
  func next() throws -> RecordChunk? {
    while !isAtEnd {
      var scanFrom = carried.count
      let bytes = try block()
      if bytes.count == scanFrom { isAtEnd = true }
      if form == nil {
        // From the beginning: only now is it known how to look at it.
        scanFrom = bytes.starts(with: FileForm.byteOrderMark) ? FileForm.byteOrderMark.count : 0
        if isAtEnd || bytes.count >= FileForm.headBytes {
          let start = bytes[scanFrom...].prefix(LineReader.maxFormBytes)
          form = RecordForm(start, isWhole: isAtEnd || start.count == LineReader.maxFormBytes)
        }
        guard form != nil else {
          carried = bytes
          continue
        }
      }
      let chunk =
        form == .values ? splitValues(bytes, scanFrom: scanFrom) : splitLines(bytes, scanFrom: scanFrom)
      if !chunk.entries.isEmpty { return chunk }
    }
    return nil
  }

  /// What was carried over and the next block behind it.
  private func block() throws -> [UInt8] {
    let kept = carried
    carried = []
    // Small blocks first, so that there is something to reduce soon after the start.
    let blockBytes = nextBlockBytes
    nextBlockBytes = min(blockBytes * 2, self.blockBytes)
    // Uninitialized, because `read` (C) fills it: a zeroed block or a copy through `Data` cost 5 % of a
    // replay.
    return try [UInt8](unsafeUninitializedCapacity: kept.count + blockBytes + RecordChunk.padding) {
      buffer, count in
      for (index, byte) in kept.enumerated() { buffer[index] = byte }
      count = kept.count
      let memory = UnsafeMutableRawBufferPointer(buffer)
      while count < kept.count + blockBytes {
        let taken = try input.read(
          into: UnsafeMutableRawBufferPointer(rebasing: memory[count..<kept.count + blockBytes]))
        guard taken > 0 else { break }
        count += taken
        // The first bytes of a text may come alone, after it was looked at what they are.
        if isInteractive, count > FileForm.headBytes { break }
      }
    }
  }

  private func splitLines(_ bytes: consuming [UInt8], scanFrom: Int) -> RecordChunk {
    var entries: [RecordChunk.Entry] = []
    entries.reserveCapacity(bytes.count / 256)
    // What was carried over is before; only a byte order mark is passed over.
    var start = line == 0 && bytes.starts(with: FileForm.byteOrderMark) ? FileForm.byteOrderMark.count : 0
    // `memchr` finds line ends an order of magnitude faster than a loop, hence the pointer.
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var at = scanFrom
      while at < buffer.count, let found = memchr(base + at, Int32(ASCII.newline), buffer.count - at) {
        let end = base.distance(to: UnsafeRawPointer(found))
        append(start, end, base, &entries)
        start = end + 1
        at = start
      }
      if isAtEnd, start < buffer.count {
        append(start, buffer.count, base, &entries)
        start = buffer.count
      }
    }
    if start < bytes.count {
      carried = Array(bytes[start...].prefix(maxLineBytes + 1))
    }
    return RecordChunk(source: source, next: NextOffset(line), bytes: bytes, entries: entries)
  }

  /// A line of white space is no record, as one that ends with CR LF and holds nothing else.
  private func append(
    _ start: Int, _ end: Int, _ base: UnsafeRawPointer, _ entries: inout [RecordChunk.Entry]
  ) {
    line += 1
    var first = start
    while first < end {
      let byte = base.load(fromByteOffset: first, as: UInt8.self)
      guard byte == ASCII.space || byte == ASCII.tab || byte == ASCII.carriageReturn else { break }
      first += 1
    }
    guard first < end else { return }
    entries.append(
      RecordChunk.Entry(
        offset: RecordOffset(line), timestamp: -1, key: nil,
        value: ByteSlice(offset: start, length: end - start), headers: nil))
  }

  private func splitValues(_ bytes: consuming [UInt8], scanFrom: Int) -> RecordChunk {
    let found = bytes.withUnsafeBytes { values.scan($0, from: scanFrom, isAtEnd: isAtEnd) }
    let entries = found.map { value in
      RecordChunk.Entry(
        offset: RecordOffset(value.line), timestamp: -1, key: nil,
        value: ByteSlice(offset: value.start, length: value.end - value.start), headers: nil)
    }
    if let start = values.openValue {
      carried = Array(bytes[start...].prefix(maxLineBytes + 1))
      values.moveToStart()
    }
    return RecordChunk(source: source, next: NextOffset(values.currentLine), bytes: bytes, entries: entries)
  }
}
