package import EventLog

/// Reads a partition forward, record by record, up to an end that was captured before.
///
/// Memory: what was fetched and not taken yet, `fetchBytes` and one chunk of the log's reader at most.
package final class PartitionCursor {
  /// A fetch ends with the chunk that exceeds this.
  package static let fetchBytes = 4 << 20
  private static let attempts = 5

  package let partition: TopicPartition
  package let bounds: PartitionBounds
  private let reader: any PartitionReader
  private let patience: Duration
  private var fetched: NextOffset
  private var chunks: [RecordChunk] = []
  private var chunk = 0
  private var entry = 0

  package init(
    _ partition: TopicPartition, _ bounds: PartitionBounds, reader: any PartitionReader, patience: Duration
  ) {
    self.partition = partition
    self.bounds = bounds
    self.reader = reader
    self.patience = patience
    fetched = bounds.earliest
  }

  /// Goes to an offset, back or forth.
  package func seek(to offset: Int64) {
    fetched = NextOffset(max(offset, bounds.earliest.value))
    chunks = []
    chunk = 0
    entry = 0
  }

  /// The record that comes next; `nil` at the end.
  package func peek() throws -> StoredRecord? {
    while true {
      while chunk < chunks.count, entry >= chunks[chunk].entries.count {
        chunk += 1
        entry = 0
      }
      if chunk < chunks.count {
        return StoredRecord(chunk: chunks[chunk], entry: chunks[chunk].entries[entry])
      }
      guard try fetch() else { return nil }
    }
  }

  /// Takes the record that `peek` showed.
  package func advance() { entry += 1 }

  /// Takes the records below an offset, as one chunk that ends there.
  package func take(below offset: Int64) throws -> RecordChunk {
    var taken = RecordChunk(source: partition, next: NextOffset(offset))
    while let record = try peek(), record.offset < offset {
      taken.append(
        offset: record.entry.offset, timestamp: record.entry.timestamp, key: record.key, value: record.value,
        headers: record.headers.map { HeaderBlock(bytes: $0) })
      advance()
    }
    taken.next = NextOffset(offset)
    taken.seal()
    return taken
  }

  private func fetch() throws -> Bool {
    chunks = []
    chunk = 0
    entry = 0
    guard fetched < bounds.end else { return false }
    var attempt = 0
    while true {
      do {
        var bytes = 0
        var isCut = false
        try reader.read(partition, from: fetched, to: bounds.end, patience: patience) { chunk in
          chunks.append(chunk)
          fetched = chunk.next
          bytes += chunk.byteCount
          isCut = bytes >= PartitionCursor.fetchBytes
          return !isCut
        }
        if !isCut { fetched = bounds.end }
        return true
      } catch let error as LogError where error.reaction == .retry && attempt < PartitionCursor.attempts {
        attempt += 1
      }
    }
  }
}

/// A record as a partition holds it.
package struct StoredRecord {
  package let chunk: RecordChunk
  package let entry: RecordChunk.Entry

  package var offset: Int64 { entry.offset.value }
  package var key: [UInt8]? { chunk.copy(entry.key) }
  package var value: [UInt8]? { chunk.copy(entry.value) }
  package var headers: [UInt8]? { chunk.copy(entry.headers) }
  package var content: RecordContent { RecordContent(key: key, value: value, headers: headers) }
}

/// What a record says, wherever it stands.
package struct RecordContent: Equatable {
  package var key: [UInt8]?
  package var value: [UInt8]?
  package var headers: [UInt8]?

  /// Creates the content of one record.
  package init(key: [UInt8]?, value: [UInt8]?, headers: [UInt8]?) {
    self.key = key
    self.value = value
    self.headers = headers
  }
}
