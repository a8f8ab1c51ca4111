internal import EventLog

/// What a batch holds so far, and how much more the next poll may bring.
///
/// A poll keeps to its limits except that a single larger record passes alone; so a batch exceeds `maxBytes` by less
/// than its last record's size, and never exceeds `maxRecords`.
struct BatchGathering {
  let maxRecords: Int
  let maxBytes: Int
  private(set) var chunks: [RecordChunk] = []
  private(set) var records = 0
  private(set) var bytes = 0

  init(maxRecords: Int, maxBytes: Int) {
    self.maxRecords = maxRecords
    self.maxBytes = maxBytes
  }

  /// Whether nothing more may be taken.
  var isFull: Bool { records >= maxRecords || bytes >= maxBytes }

  /// The limits of the next poll.
  func limits(timeout: Duration) -> FetchLimits {
    FetchLimits(maxRecords: maxRecords - records, maxBytes: maxBytes - bytes, timeout: timeout)
  }

  /// Adds what a poll brought.
  mutating func add(_ polled: [RecordChunk]) {
    for chunk in polled {
      records += chunk.entries.count
      bytes += chunk.byteCount
    }
    chunks += polled
  }

  /// Forgets the records: they belong to an assignment that is over. Their size stays counted, which only ends the
  /// batch sooner.
  mutating func discard() { chunks = [] }
}
