internal import Dispatch
internal import EventLog
internal import Synchronization

/// One member's hold on its group: acquires, renews and releases the lease.
///
/// Polls and commits renew it; a timer does where polls are rare, but only for `maxPollInterval` after the last one,
/// so that a stuck owner loses its partitions.
final class LeaseKeeper: Sendable {
  private struct State {
    var epoch: Int64?
    var renewedAt: Int64 = 0
    var usedAt: Int64 = 0
    var timer: (any DispatchSourceTimer)?
  }

  let group: String
  private let instance: String
  private let store: Store
  private let configuration: EmbeddedLog.Configuration
  private let state = Mutex(State())

  init(group: String, instance: String, store: Store, configuration: EmbeddedLog.Configuration) {
    self.group = group
    self.instance = instance
    self.store = store
    self.configuration = configuration
  }

  deinit { state.withLock { $0.timer?.cancel() } }

  /// The epoch held; `nil` while somebody else owns the group, as far as this member knows.
  var epoch: Int64? { state.withLock { $0.epoch } }

  /// Takes the lease if it is free and renews it if that is due. Returns the epoch held, or `nil` to wait.
  func maintain() throws(LogError) -> Int64? {
    let now = configuration.now()
    let known = state.withLock { state in
      state.usedAt = now
      return (epoch: state.epoch, renewedAt: state.renewedAt)
    }
    guard let epoch = known.epoch else { return try acquire(now: now) }
    if now - known.renewedAt >= configuration.leaseDuration.milliseconds / 3 { try renew(epoch, now: now) }
    return epoch
  }

  /// Forgets the lease, because another member was seen to hold it.
  func forget() { state.withLock { $0.epoch = nil } }

  /// Gives the lease back, if it is still ours, and stops the timer. Idempotent.
  func release() throws(LogError) {
    let epoch = state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
      defer { state.epoch = nil }
      return state.epoch
    }
    guard let epoch else { return }
    try store.write { database in try LeaseTable.release(group, epoch: epoch, in: database) }
  }

  private func acquire(now: Int64) throws(LogError) -> Int64? {
    // A look first: a waiting member asks several times a second and must not stand in the writers' way.
    let isFree = try store.read { database in
      try LeaseTable.find(group, in: database)?.isFree(for: instance, now: now) ?? true
    }
    guard isFree else { return nil }
    let duration = configuration.leaseDuration.milliseconds
    let acquired = try store.write { database in
      try LeaseTable.acquire(group, instance: instance, now: now, duration: duration, in: database)
    }
    guard let acquired else { return nil }
    state.withLock { state in
      state.epoch = acquired
      state.renewedAt = now
    }
    startTimer()
    return acquired
  }

  private func renew(_ epoch: Int64, now: Int64) throws(LogError) {
    let duration = configuration.leaseDuration.milliseconds
    try store.write { database in
      try LeaseTable.renew(group, epoch: epoch, now: now, duration: duration, in: database)
    }
    state.withLock { $0.renewedAt = now }
  }

  private func startTimer() {
    state.withLock { state in
      guard state.timer == nil else { return }
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
      let period = max(configuration.leaseDuration.milliseconds / 3, 10)
      timer.schedule(deadline: .now() + .milliseconds(Int(period)), repeating: .milliseconds(Int(period)))
      timer.setEventHandler { [weak self] in self?.renewInBackground() }
      timer.activate()
      state.timer = timer
    }
  }

  private func renewInBackground() {
    let now = configuration.now()
    let known = state.withLock { (epoch: $0.epoch, renewedAt: $0.renewedAt, usedAt: $0.usedAt) }
    guard let epoch = known.epoch, now - known.usedAt < configuration.maxPollInterval.milliseconds,
      // A poll has just done it.
      now - known.renewedAt >= configuration.leaseDuration.milliseconds / 6
    else { return }
    // A failure is met again, and reported, by the next poll or commit; until then the lease only grows older.
    try? renew(epoch, now: now)
  }
}
