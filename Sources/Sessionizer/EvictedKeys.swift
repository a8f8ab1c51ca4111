internal import HeapModule
internal import JourneyModel

/// Which sessions are held elsewhere, by the digest of their key, and when their timers are due.
///
/// A key that never ends by itself costs one set entry; one with a deadline a dictionary entry and an entry
/// in a heap. Heaps keep entries of keys that were loaded or evicted again since; those are skipped when they
/// turn up, and swept out before they outnumber the others.
package struct EvictedKeys {
  /// The earliest deadlines of a key's sessions; `never` where there is none.
  struct Deadlines {
    static let never = EventTime(milliseconds: .max)

    /// When a watermark or a tick changes one of them.
    var timer = never
    /// When a watermark makes one forgotten that a tick had made final.
    var forgetting = never

    var isEmpty: Bool { timer == Deadlines.never && forgetting == Deadlines.never }
  }

  private enum Purpose { case timer, forgetting }

  private struct Entry: Comparable {
    var deadline: EventTime
    var key: UInt64

    static func < (left: Entry, right: Entry) -> Bool {
      left.deadline == right.deadline ? left.key < right.key : left.deadline < right.deadline
    }
  }

  private var endless: Set<UInt64> = []
  private var timed: [UInt64: Deadlines] = [:]
  private var timers: [Heap<Entry>]
  private var forgettable: [Heap<Entry>]
  /// Number of sessions under all keys.
  package private(set) var sessionCount = 0

  init() {
    timers = Array(repeating: Heap(), count: Stream.allCases.count)
    forgettable = Array(repeating: Heap(), count: Stream.allCases.count)
  }

  package var isEmpty: Bool { endless.isEmpty && timed.isEmpty }

  /// Estimate of the memory that the keys themselves occupy, in bytes: tables have 4/3 of their capacity in
  /// buckets.
  package var memoryBytes: Int {
    let entries = timers.reduce(0) { $0 + $1.count } + forgettable.reduce(0) { $0 + $1.count }
    return endless.capacity * 4 / 3 * 8 + timed.capacity * 4 / 3 * (8 + MemoryLayout<Deadlines>.stride)
      + entries * MemoryLayout<Entry>.stride
  }

  package func contains(_ key: UInt64) -> Bool { endless.contains(key) || timed[key] != nil }

  /// Notes a key whose sessions, all of one stream, have been evicted.
  mutating func insert(_ key: UInt64, stream: JourneyModel.Stream, deadlines: Deadlines, sessions: Int) {
    sessionCount += sessions
    guard !deadlines.isEmpty else {
      endless.insert(key)
      return
    }
    timed[key] = deadlines
    let index = Int(stream.rawValue)
    if deadlines.timer != Deadlines.never {
      timers[index].insert(Entry(deadline: deadlines.timer, key: key))
      sweep(&timers[index], .timer)
    }
    if deadlines.forgetting != Deadlines.never {
      forgettable[index].insert(Entry(deadline: deadlines.forgetting, key: key))
      sweep(&forgettable[index], .forgetting)
    }
  }

  /// Forgets a key whose sessions have come back.
  mutating func remove(_ key: UInt64, sessions: Int) {
    if endless.remove(key) == nil { timed[key] = nil }
    sessionCount -= sessions
  }

  /// Appends the keys for which a watermark of this stream, moved to `time`, changes something.
  mutating func due(_ stream: JourneyModel.Stream, watermark time: EventTime, into keys: inout [UInt64]) {
    let index = Int(stream.rawValue)
    pop(&timers[index], .timer, upTo: time, into: &keys)
    pop(&forgettable[index], .forgetting, upTo: time, into: &keys)
  }

  /// Appends the keys for which a tick of this stream to `time` changes something.
  mutating func due(_ stream: JourneyModel.Stream, tick time: EventTime, into keys: inout [UInt64]) {
    pop(&timers[Int(stream.rawValue)], .timer, upTo: time, into: &keys)
  }

  /// The earliest time at which a tick of this stream changes something.
  mutating func earliestTimer(_ stream: JourneyModel.Stream) -> EventTime? {
    let index = Int(stream.rawValue)
    while let entry = timers[index].min {
      if isCurrent(entry, .timer) { return entry.deadline }
      _ = timers[index].popMin()
    }
    return nil
  }

  private func pop(
    _ heap: inout Heap<Entry>, _ purpose: Purpose, upTo time: EventTime, into keys: inout [UInt64]
  ) {
    while let entry = heap.min, entry.deadline <= time {
      _ = heap.popMin()
      if isCurrent(entry, purpose) { keys.append(entry.key) }
    }
  }

  private func isCurrent(_ entry: Entry, _ purpose: Purpose) -> Bool {
    guard let deadlines = timed[entry.key] else { return false }
    return (purpose == .timer ? deadlines.timer : deadlines.forgetting) == entry.deadline
  }

  private func sweep(_ heap: inout Heap<Entry>, _ purpose: Purpose) {
    guard heap.count > 2 * timed.count + 1_024 else { return }
    heap = Heap(heap.unordered.filter { isCurrent($0, purpose) })
  }
}
