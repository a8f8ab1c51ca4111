internal import EventLog

/// One partition: records in offset order, open and aborted transactions, the last stable offset.
struct SimulatedPartition: Sendable {
  /// Log start: everything below was removed by retention.
  private(set) var earliest: Int64 = 0
  /// High watermark: the offset the next record gets.
  private(set) var next: Int64 = 0
  private(set) var records: [SimulatedRecord] = []
  /// What retention removed, if that is kept.
  private(set) var archive: [SimulatedRecord] = []
  /// Keys of the tombstones that compaction removed, if that is kept.
  private var forgottenKeys: Set<[UInt8]> = []
  /// First offset of each open transaction.
  private var open: [Int: Int64] = [:]
  private var aborted: Set<Int> = []

  /// Readers of committed records see nothing at or above this.
  var lastStable: Int64 { open.values.min() ?? next }

  /// Appends a record, which opens the transaction here if it has not written before.
  mutating func append(_ content: SimulatedRecord.Content, transaction: Int?, timestamp: Int64) {
    if let transaction, open[transaction] == nil { open[transaction] = next }
    records.append(
      SimulatedRecord(offset: next, timestamp: timestamp, transaction: transaction, content: content))
    next += 1
  }

  /// Ends a transaction with a marker, which takes an offset of its own.
  mutating func end(_ transaction: Int, isCommit: Bool, timestamp: Int64) {
    open[transaction] = nil
    if !isCommit { aborted.insert(transaction) }
    records.append(
      SimulatedRecord(
        offset: next, timestamp: timestamp, transaction: transaction, content: .marker(isCommit: isCommit)))
    next += 1
  }

  /// Committed records from `from` until `to` (exclusive, at most the last stable offset) or a limit.
  ///
  /// The chunk's position is past everything that was looked at, hidden records included.
  func chunk(
    source: TopicPartition, from: Int64, to: Int64, maxRecords: Int, maxBytes: Int, admitsOversize: Bool
  ) -> RecordChunk {
    var chunk = RecordChunk(source: source, next: NextOffset(from))
    var index = firstIndex(at: from)
    let end = min(to, lastStable)
    while index < records.count, records[index].offset < end {
      let record = records[index]
      index += 1
      guard case .record(let key, let value, let headers) = record.content, !isAborted(record) else {
        chunk.next = NextOffset(record.offset + 1)
        continue
      }
      if chunk.entries.count >= maxRecords { return chunk }
      let isTooLarge = chunk.byteCount + record.size > maxBytes
      if isTooLarge, !chunk.entries.isEmpty || !admitsOversize { return chunk }
      chunk.append(
        offset: RecordOffset(record.offset), timestamp: record.timestamp, key: key, value: value,
        headers: headers.map { HeaderBlock(bytes: $0) })
    }
    chunk.next = NextOffset(max(end, from))
    return chunk
  }

  /// Offset of the newest record that is neither a marker nor aborted.
  var newest: Int64? {
    records.last { record in
      if case .record = record.content { return !isAborted(record) }
      return false
    }?.offset
  }

  /// Throws a fatal error with the exact numbers unless a read may start at `position`.
  func check(_ position: NextOffset, of source: TopicPartition) throws(LogError) {
    if position.value < earliest {
      throw LogError(
        .fatal, code: LogError.offsetOutOfRange,
        "\(source): offset \(position) is below the earliest retained offset \(earliest)")
    }
    if position.value > next {
      throw LogError(
        .fatal, code: LogError.offsetOutOfRange, "\(source): offset \(position) is beyond the end \(next)")
    }
  }

  /// Removes everything below `offset`, as retention does, and returns how many records that were.
  @discardableResult
  mutating func removeRecords(before offset: Int64, archives: Bool = false) -> Int {
    let start = min(max(offset, earliest), next)
    let count = firstIndex(at: start)
    if archives { archive += records.prefix(count) }
    records.removeFirst(count)
    earliest = start
    return count
  }

  /// The offset below which every record was written before `limit` (milliseconds). Nothing that a
  /// transaction still holds open counts as old.
  func end(olderThan limit: Int64) -> Int64 {
    let first = records.first { $0.timestamp >= limit }?.offset ?? next
    return min(first, lastStable)
  }

  /// Committed records that retention removed, in offset order.
  var removed: [SimulatedRecord] {
    archive.filter { record in
      if case .record = record.content { return !isAborted(record) }
      return false
    }
  }

  /// The transaction that wrote each committed record, by offset.
  var transactions: [RecordOffset: Int?] {
    var transactions: [RecordOffset: Int?] = [:]
    for record in archive + records where record.offset < lastStable && !isAborted(record) {
      guard case .record = record.content else { continue }
      transactions.updateValue(record.transaction, forKey: RecordOffset(record.offset))
    }
    return transactions
  }

  /// Keeps the newest committed record of each key below the last stable offset, and drops tombstones written
  /// before `tombstonesBefore` (milliseconds). Offsets stay as they are; the log start does not move.
  mutating func compact(tombstonesBefore: Int64, archives: Bool = false) {
    let before = archives ? tombstones : []
    let stable = lastStable
    var newest: [[UInt8]: Int64] = [:]
    for record in records where record.offset < stable && !isAborted(record) {
      if case .record(let key?, _, _) = record.content { newest[key] = record.offset }
    }
    records = records.filter { record in
      guard record.offset < stable else { return true }
      guard case .record(let key, let value, _) = record.content, !isAborted(record) else { return false }
      guard let key else { return true }
      return newest[key] == record.offset && (value != nil || record.timestamp >= tombstonesBefore)
    }
    if archives { forgottenKeys = before }
  }

  /// Keys that a tombstone was committed for, ever since what is removed is kept.
  var tombstones: Set<[UInt8]> {
    var keys = forgottenKeys
    for record in archive + records where record.offset < lastStable && !isAborted(record) {
      if case .record(let key?, nil, _) = record.content { keys.insert(key) }
    }
    return keys
  }

  /// The committed record at an offset.
  func content(at offset: Int64) -> SimulatedRecord.Content? {
    let index = firstIndex(at: offset)
    guard index < records.count, records[index].offset == offset, !isAborted(records[index]) else {
      return nil
    }
    return records[index].content
  }

  /// Puts another content in the place of a record, or takes the record out.
  ///
  /// - Returns: the record as it was.
  mutating func replace(at offset: Int64, by content: SimulatedRecord.Content?) -> SimulatedRecord? {
    let index = firstIndex(at: offset)
    guard index < records.count, records[index].offset == offset else { return nil }
    let old = records.remove(at: index)
    if let content {
      put(
        SimulatedRecord(
          offset: offset, timestamp: old.timestamp, transaction: old.transaction, content: content))
    }
    return old
  }

  /// Puts a record at its offset, whatever is there.
  mutating func put(_ record: SimulatedRecord) {
    let index = firstIndex(at: record.offset)
    if index < records.count, records[index].offset == record.offset {
      records[index] = record
    } else {
      records.insert(record, at: index)
    }
  }

  private func isAborted(_ record: SimulatedRecord) -> Bool {
    record.transaction.map { aborted.contains($0) } ?? false
  }

  /// Index of the first record at or above `offset`; compaction leaves gaps, so this searches.
  private func firstIndex(at offset: Int64) -> Int {
    var low = 0
    var high = records.count
    while low < high {
      let middle = (low + high) / 2
      if records[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
