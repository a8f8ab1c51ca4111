package import JourneyModel

/// A session's events in order of event time (arrival order at equal times): the newest ones, bounded.
///
/// Not copyable: docs/design/hot-path.md.
package struct JourneyMap: ~Copyable, Sendable {
  /// One event: a compact JSON object in `bytes`.
  package struct Entry: Sendable {
    package var time: EventTime
    package var value: ByteSlice
    /// Length of the part that `lastEvent` shows.
    package var head: UInt32
  }

  /// The entries' bytes, each behind a comma: as long as entries are in order, a snapshot takes them as one block.
  package var bytes: [UInt8] = []
  package var entries: [Entry] = []
  /// Events that fell out at the old end.
  package var omitted = 0
  /// Whether the entries stand in `bytes` in their order, one behind the other.
  package private(set) var isInOrder = true
  private var holes = 0

  package init() {}

  /// Bytes in use.
  package var byteCount: Int { bytes.count - holes }

  /// All entries with the commas between them; only if they are in order.
  package var block: ByteSlice? {
    guard isInOrder, let first = entries.first, let last = entries.last else { return nil }
    let start = Int(first.value.offset)
    return ByteSlice(offset: start, length: last.value.indices.upperBound - start)
  }

  /// The name of an entry's event: behind its id, `{"id":"…","eventName":"…"`. Names need no escapes.
  package func eventName(_ index: Int) -> [UInt8]? {
    let range = entries[index].value.indices
    var at = range.lowerBound + 7
    while at < range.upperBound, bytes[at] != ASCII.quote { at += bytes[at] == ASCII.backslash ? 2 : 1 }
    // `","eventName":"`
    let start = at + 15
    guard start < range.upperBound else { return nil }
    guard let end = bytes[start..<range.upperBound].firstIndex(of: ASCII.quote) else { return nil }
    return Array(bytes[start..<end])
  }

  /// Adds an event.
  mutating func insert(
    time: EventTime, source: borrowing [UInt8], slice: ByteSlice, head: UInt32, limit: Int
  ) {
    if let oldest = entries.first, entries.count >= limit, time < oldest.time {
      omitted += 1
      return
    }
    let needed = bytes.count + slice.count + 1
    // By less than Array would: there is one of these for each session, half of the room stood empty, and many never have a second
    // event.
    if needed > bytes.capacity {
      bytes.reserveCapacity(needed + max(min(bytes.count, 384), bytes.count / 4))
    }
    bytes.append(ASCII.comma)
    let start = bytes.count
    bytes.append(slice, of: source)
    let entry = Entry(
      time: time, value: ByteSlice(offset: start, length: slice.count), head: head)
    if entries.count == entries.capacity {
      entries.reserveCapacity(entries.count + max(1, min(entries.count, 6), entries.count / 4))
    }
    if entries.last.map({ time < $0.time }) ?? false {
      var index = entries.count
      while index > 0, time < entries[index - 1].time { index -= 1 }
      isInOrder = false
      entries.insert(entry, at: index)
    } else {
      entries.append(entry)
    }
    while entries.count > max(limit, 1) {
      holes += entries.removeFirst().value.count + 1
      omitted += 1
    }
    if holes > 1_024, holes * 2 > bytes.count { compact() }
  }

  /// Takes over another session's events.
  mutating func merge(_ other: borrowing JourneyMap, limit: Int) {
    for entry in other.entries {
      insert(
        time: entry.time, source: other.bytes, slice: entry.value, head: entry.head, limit: limit)
    }
    omitted += other.omitted
  }

  private mutating func compact() {
    let old = bytes
    bytes = []
    bytes.reserveCapacity(old.count - holes)
    isInOrder = true
    for index in entries.indices {
      bytes.append(ASCII.comma)
      let start = bytes.count
      bytes.append(entries[index].value, of: old)
      entries[index].value = ByteSlice(offset: start, length: bytes.count - start)
    }
    holes = 0
  }
}
