internal import DequeModule
internal import EventLog

/// How far one partition is settled. Triggers are settled in any order; the position goes past those only
/// behind which nothing is open.
struct PartitionProgress: Sendable {
  private struct Entry: Sendable {
    var offset: RecordOffset
    var isSettled = false
    var failure: DeliveryFailure?
  }

  /// Past everything that was read.
  private(set) var next: NextOffset?
  /// The position of the last commit.
  private(set) var committed: NextOffset?
  /// Whether this group has never committed anything here: what has expired by now was never its task.
  let isFresh: Bool
  private var open: Deque<Entry> = []

  init(committed: NextOffset?) {
    self.committed = committed
    isFresh = committed == nil
  }

  /// Records between the oldest one that is not settled and the newest that was read, triggers only.
  var window: Int { open.count }

  /// Bytes of failures that are not written yet.
  var failureBytes: Int { open.reduce(0) { $0 + ($1.failure?.byteCount ?? 0) } }

  /// Where reading would go on after a restart; `nil` before anything was read.
  var position: NextOffset? { open.first.map { NextOffset($0.offset.value) } ?? next }

  /// Adds a trigger; offsets rise.
  mutating func add(_ offset: RecordOffset) { open.append(Entry(offset: offset)) }

  /// Notes that everything below a position was read.
  mutating func advance(to position: NextOffset) { next = max(next ?? position, position) }

  /// Settles a trigger, with what is to be written about it.
  mutating func settle(_ offset: RecordOffset, _ failure: DeliveryFailure?) {
    var low = 0
    var high = open.count
    while low < high {
      let middle = (low + high) / 2
      if open[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    guard low < open.count, open[low].offset == offset else { return }
    open[low].isSettled = true
    open[low].failure = failure
    drop()
  }

  /// What a commit is to write and store; `nil` if nothing has changed since the last one.
  func due() -> (position: NextOffset, failures: [DeliveryFailure])? {
    let failures = settledPrefix.compactMap(\.failure)
    let end = open.dropFirst(settledPrefix.count).first.map { NextOffset($0.offset.value) } ?? next
    guard let end, end != committed else { return nil }
    return (end, failures)
  }

  /// Whether more than records that are nobody's business is to be committed.
  var hasSettled: Bool { hasPassed || open.first?.isSettled == true }

  /// Notes a commit up to a position.
  ///
  /// - Returns: bytes of failures that are not held any more.
  mutating func confirm(_ position: NextOffset) -> Int {
    committed = position
    // What was settled while the commit was under way is the next one's.
    hasPassed = self.position != position
    var bytes = 0
    while let first = open.first, first.isSettled, first.offset.value < position.value {
      bytes += first.failure?.byteCount ?? 0
      open.removeFirst()
    }
    return bytes
  }

  /// Whether triggers were delivered since the last commit that the position is past already.
  private var hasPassed = false

  private mutating func drop() {
    while let first = open.first, first.isSettled, first.failure == nil {
      open.removeFirst()
      hasPassed = true
    }
  }

  private var settledPrefix: Deque<Entry>.SubSequence { open.prefix { $0.isSettled } }
}
