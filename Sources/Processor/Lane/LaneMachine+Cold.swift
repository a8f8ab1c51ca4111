package import EventLog
internal import JourneyModel
internal import JourneyRules
internal import LaneStorage
package import Sessionizer
internal import WireFormat

/// Memory: values that have not changed for long leave it, and come back before a batch that can touch them.
///
///     load(for: batch)  →  reduce(batch)  →  evict()
///
/// What `reduce` writes is the same whether or not a session was away in between.
extension LaneMachine {
  /// Most keys that are asked of the store, or handed to it, at once.
  private static let maxStoreKeys = 1_000

  /// Values in memory.
  package var residentSessions: Int { sessionizer.residentCount }
  /// Values in the cold store.
  package var evictedSessions: Int { sessionizer.evicted.sessionCount }
  /// Estimated bytes of the sessions in memory.
  package var residentBytes: Int { residency.bytes }
  /// Bytes that sessions in memory may take; more makes `evict()` put clean ones into the cold store.
  package var memoryShare: Int {
    get { residency.share }
    set { residency.share = newValue }
  }

  /// Loads every evicted session that the batch can touch: those of its events' keys, and those with a timer
  /// that its events or its tick can fire. Call it before `reduce`.
  ///
  /// Throws `abortAndRewind` if the store has lost or damaged a value: the lane has to be dropped and
  /// restored.
  package func load(for batch: LaneBatch) throws(LogError) {
    let haveTimersMoved = adopt(batch.definitions)
    guard !sessionizer.evicted.isEmpty else { return }
    if haveTimersMoved { try rescheduleEvicted() }
    var keys: [UInt64] = []
    var latest: [EventTime?] = Array(repeating: nil, count: JourneyModel.Stream.allCases.count)
    let bound = batch.takenAt + settings.sessions.maxFutureSkew
    let awaitsReturn = batch.definitions?.rules.awaitsReturn ?? false
    for input in batch.inputs {
      for index in input.batch.events.indices where input.batch.events[index].lane == lane {
        let time = input.batch.events[index].time
        // Such an event is rejected, whatever its session says.
        guard time <= bound else { continue }
        let key = input.batch.events[index].sessionKeyDigest
        if sessionizer.evicted.contains(key) { keys.append(key) }
        if awaitsReturn {
          let memory = Sessionizer.memoryKeyDigest(of: input.batch.events[index], in: input.batch.bytes)
          if sessionizer.evicted.contains(memory) { keys.append(memory) }
        }
        let stream = Int(input.batch.events[index].stream.rawValue)
        latest[stream] = max(latest[stream] ?? time, time)
      }
    }
    sessionizer.evictedDue(latest: latest, tick: batch.tick, into: &keys)
    try bringBack(&keys)
  }

  /// Puts clean sessions into the cold store, those first that have been clean for longest, until the others
  /// and the keys of those that are away, and of all devices, fit into the lane's share. Call it after
  /// `reduce`.
  ///
  /// Sessions whose value is not in `state` yet stay; while they alone exceed the share, `reduce` writes them
  /// there sooner.
  package func evict() throws(LogError) {
    guard let coldStore else { return }
    residency.sweep(sessionizer)
    var values: [ColdValue] = []
    let available = residency.share - sessionizer.evicted.memoryBytes - sessionizer.deviceIndexBytes
    while residency.bytes > available, let oldest = residency.oldest(of: sessionizer) {
      values.append(ColdValue(key: oldest[0].keyDigest, values: oldest))
      for value in oldest { residency.remove(value) }
      residency.evicted += oldest.count
      sessionizer.putAway(oldest)
      if values.count == LaneMachine.maxStoreKeys {
        try coldStore.put(values)
        values = []
      }
    }
    if !values.isEmpty { try coldStore.put(values) }
  }

  /// Goes through the cold store for timers that another timeout has moved. The values stay where they are.
  private func rescheduleEvicted() throws(LogError) {
    guard let coldStore else { return }
    var last: UInt64?
    while true {
      let values = try coldStore.values(after: last, limit: LaneMachine.maxStoreKeys)
      guard let end = values.last else { return }
      for value in values { sessionizer.reschedule(try self.values(of: value), evicted: value.key) }
      last = end.key
    }
  }

  /// Brings back the values of evicted keys; a key may be named more than once.
  func bringBack(_ keys: inout [UInt64]) throws(LogError) {
    guard !keys.isEmpty, let coldStore else { return }
    keys.sort()
    var unique: [UInt64] = []
    for key in keys where key != unique.last { unique.append(key) }
    for start in stride(from: 0, to: unique.count, by: LaneMachine.maxStoreKeys) {
      let part = Array(unique[start..<min(start + LaneMachine.maxStoreKeys, unique.count)])
      let values = try coldStore.take(part)
      guard values.count == part.count else {
        throw damaged("\(part.count - values.count) of \(part.count) values are missing")
      }
      for value in values {
        guard sessionizer.evicted.contains(value.key) else { throw damaged("a value that was not asked for") }
        let back = try self.values(of: value)
        sessionizer.bringBack(value.key, back)
        for value in back { residency.clean(value) }
        residency.loaded += back.count
        observer?.cameBack(back, of: value.key)
      }
    }
  }

  func values(of cold: ColdValue) throws(LogError) -> [StoredValue] {
    do {
      let values = try cold.values()
      // Others never get there.
      for value in values { value.isInState = true }
      return values
    } catch {
      throw damaged(error.description)
    }
  }

  private func damaged(_ what: String) -> LogError {
    LogError(.abortAndRewind, code: "localStoreDamaged", "lane \(lane), cold store: \(what)")
  }

  /// Hands every value held to `body`: those in memory, then those in the cold store. In no order.
  package func forEachValue(_ body: (StoredValue) throws -> Void) throws {
    for value in sessionizer.allValues { try body(value) }
    guard let coldStore, !sessionizer.evicted.isEmpty else { return }
    var count = 0
    try coldStore.forEach { cold in
      let values = try values(of: cold)
      count += values.count
      for value in values { try body(value) }
    }
    guard count == evictedSessions else { throw damaged("\(count) values instead of \(evictedSessions)") }
  }

  /// Sessions evicted and loaded since the last call.
  package func takeMovements() -> (evicted: Int, loaded: Int) {
    defer { (residency.evicted, residency.loaded) = (0, 0) }
    return (residency.evicted, residency.loaded)
  }
}
