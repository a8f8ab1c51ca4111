package import JourneyModel

/// A session's events in order of event time (arrival order at equal times): the newest ones, bounded.
package struct JourneyMap: Sendable {
  /// One event: a compact JSON object in `bytes`.
  package struct Entry: Sendable {
    package var time: EventTime
    package var value: ByteSlice
    /// Length of the part that `lastEvent` shows.
    package var head: UInt32
  }

  package var bytes: [UInt8] = []
  package var entries: [Entry] = []
  /// Events that fell out at the old end.
  package var omitted = 0
  private var holes = 0

  package init() {}

  /// Bytes in use.
  package var byteCount: Int { bytes.count - holes }

  /// Adds an event.
  mutating func insert(
    time: EventTime, source: borrowing [UInt8], slice: ByteSlice, head: UInt32, limit: Int
  ) {
    if let oldest = entries.first, entries.count >= limit, time < oldest.time {
      omitted += 1
      return
    }
    let start = bytes.count
    bytes.append(slice, of: source)
    let entry = Entry(
      time: time, value: ByteSlice(offset: start, length: slice.count), head: head)
    var index = entries.count
    while index > 0, time < entries[index - 1].time { index -= 1 }
    entries.insert(entry, at: index)
    while entries.count > max(limit, 1) {
      holes += entries.removeFirst().value.count
      omitted += 1
    }
    if holes > 1_024, holes * 2 > bytes.count { compact() }
  }

  /// Takes over another session's events.
  mutating func merge(_ other: JourneyMap, limit: Int) {
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
    for index in entries.indices {
      let start = bytes.count
      bytes.append(entries[index].value, of: old)
      entries[index].value = ByteSlice(offset: start, length: bytes.count - start)
    }
    holes = 0
  }
}
