internal import DequeModule
internal import Sessionizer

/// How much of a lane's memory its sessions take, and in which order they may leave it.
///
/// Counted session by session as they change, never by scanning.
struct Residency {
  /// Bytes that the lane's sessions in memory may take.
  var share = Int.max
  /// Estimated bytes of all sessions in memory.
  private(set) var bytes = 0
  /// Those of sessions whose value does not stand in `state` yet: they cannot leave.
  private(set) var changedBytes = 0
  /// Sessions put away and brought back since the counts were last taken.
  var passivated = 0
  var activated = 0
  /// Whether sessions can leave at all; if not, no order is kept.
  private let isLimited: Bool
  private var queue = CleanQueue()
  private var moment = 0

  init(isLimited: Bool) { self.isLimited = isLimited }

  /// Counts a session that has changed.
  mutating func change(_ session: Session) {
    let now = session.memoryBytes
    bytes += now - session.countedBytes
    changedBytes += session.cleanSince == 0 ? now - session.countedBytes : now
    session.countedBytes = now
    session.cleanSince = 0
  }

  /// Notes that the session's value stands in `state` now: it may leave, after those that could before it.
  mutating func clean(_ session: Session) {
    if session.countedBytes == 0 {
      session.countedBytes = session.memoryBytes
      bytes += session.countedBytes
    } else if session.cleanSince == 0 {
      changedBytes -= session.countedBytes
    }
    moment += 1
    session.cleanSince = moment
    if isLimited { queue.append(session.keyDigest, at: moment) }
  }

  /// Stops counting a session.
  mutating func remove(_ session: Session) {
    bytes -= session.countedBytes
    if session.cleanSince == 0 { changedBytes -= session.countedBytes }
    session.countedBytes = 0
  }

  /// Looks at the key's sessions again, after one that held the others back has gone.
  mutating func reconsider(_ sessions: [Session]) {
    guard sessions.allSatisfy({ $0.cleanSince > 0 }),
      let newest = sessions.max(by: { $0.cleanSince < $1.cleanSince })
    else { return }
    clean(newest)
  }

  /// The sessions of the key that has been clean for longest; `nil` if none can leave.
  mutating func oldest(of sessionizer: Sessionizer) -> [Session]? {
    while let entry = queue.pop() {
      let sessions = sessionizer.resident(entry.key)
      // Entries are not removed when a session changes; the newest one of a key counts.
      guard Residency.isCurrent(entry, sessions), sessions.allSatisfy({ $0.cleanSince > 0 }) else { continue }
      // Digests can be made to collide; one deadline cannot stand for two streams.
      guard sessions.allSatisfy({ $0.stream == sessions[0].stream }) else { continue }
      return sessions
    }
    return nil
  }

  /// Drops what no longer counts from the queue, once that may be half of it.
  mutating func sweep(_ sessionizer: Sessionizer) {
    guard queue.count > 2 * sessionizer.residentCount + 1_024 else { return }
    queue.filter { Residency.isCurrent($0, sessionizer.resident($0.key)) }
  }

  private static func isCurrent(_ entry: CleanQueue.Entry, _ sessions: [Session]) -> Bool {
    !sessions.isEmpty && sessions.reduce(0) { max($0, $1.cleanSince) } == entry.moment
  }
}

/// Keys in the order in which their sessions became clean.
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
