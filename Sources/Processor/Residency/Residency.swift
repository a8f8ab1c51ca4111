internal import DequeModule
internal import Sessionizer

/// How much of a lane's memory its values take, and in which order they may leave it.
///
/// Counted value by value as they change, never by scanning.
struct Residency {
  /// Bytes that the lane's values in memory may take.
  var share = Int.max
  /// Estimated bytes of all values in memory.
  private(set) var bytes = 0
  /// Those of values that do not stand in `state` yet: they cannot leave.
  private(set) var changedBytes = 0
  /// Values put away and brought back since the counts were last taken.
  var passivated = 0
  var activated = 0
  /// Whether values can leave at all; if not, no order is kept.
  private let isLimited: Bool
  private var queue = CleanQueue()
  private var moment = 0

  init(isLimited: Bool) { self.isLimited = isLimited }

  /// Counts a value that has changed.
  mutating func change(_ value: StoredValue) {
    let now = value.residentBytes
    bytes += now - value.countedBytes
    changedBytes += value.cleanSince == 0 ? now - value.countedBytes : now
    value.countedBytes = now
    value.cleanSince = 0
  }

  /// Notes that the value stands in `state` now: it may leave, after those that could before it.
  mutating func clean(_ value: StoredValue) {
    if value.countedBytes == 0 {
      value.countedBytes = value.residentBytes
      bytes += value.countedBytes
    } else if value.cleanSince == 0 {
      changedBytes -= value.countedBytes
    }
    moment += 1
    value.cleanSince = moment
    if isLimited { queue.append(value.keyDigest, at: moment) }
  }

  /// Stops counting a value.
  mutating func remove(_ value: StoredValue) {
    bytes -= value.countedBytes
    if value.cleanSince == 0 { changedBytes -= value.countedBytes }
    value.countedBytes = 0
  }

  /// Looks at the key's values again, after one that held the others back has gone.
  mutating func reconsider(_ values: [StoredValue]) {
    guard values.allSatisfy({ $0.cleanSince > 0 }),
      let newest = values.max(by: { $0.cleanSince < $1.cleanSince })
    else { return }
    clean(newest)
  }

  /// The values of the key that has been clean for longest; `nil` if none can leave.
  mutating func oldest(of sessionizer: Sessionizer) -> [StoredValue]? {
    while let entry = queue.pop() {
      let values = sessionizer.resident(entry.key)
      // Entries are not removed when a value changes; the newest one of a key counts.
      guard Residency.isCurrent(entry, values), values.allSatisfy({ $0.cleanSince > 0 }) else { continue }
      // Digests can be made to collide; one deadline cannot stand for two streams.
      guard values.allSatisfy({ $0.stream == values[0].stream }) else { continue }
      return values
    }
    return nil
  }

  /// Drops what no longer counts from the queue, once that may be half of it.
  mutating func sweep(_ sessionizer: Sessionizer) {
    guard queue.count > 2 * sessionizer.residentCount + 1_024 else { return }
    queue.filter { Residency.isCurrent($0, sessionizer.resident($0.key)) }
  }

  private static func isCurrent(_ entry: CleanQueue.Entry, _ values: [StoredValue]) -> Bool {
    !values.isEmpty && values.reduce(0) { max($0, $1.cleanSince) } == entry.moment
  }
}

/// Keys in the order in which their values became clean.
struct CleanQueue {
  struct Entry {
    var key: UInt64
    var moment: Int
  }

  private var entries: Deque<Entry> = []

  var count: Int { entries.count }

  mutating func append(_ key: UInt64, at moment: Int) { entries.append(Entry(key: key, moment: moment)) }

  mutating func pop() -> Entry? { entries.popFirst() }

  mutating func filter(_ isNeeded: (Entry) -> Bool) { entries.removeAll { !isNeeded($0) } }
}
