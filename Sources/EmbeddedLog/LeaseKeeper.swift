internal import Dispatch
internal import EventLog
internal import Synchronization

/// One member's hold on its group: acquires, renews and releases the lease.
///
/// Polls and commits renew it; a timer does where polls are rare, but only for `maxPollInterval` after the
/// last one, so that a stuck owner loses its partitions.
final class LeaseKeeper: Sendable {
  /// Times are uptimes in milliseconds: no setting of the machine's clock ends a lease or keeps one alive.
  private struct State {
    var epoch: Int64?
    var renewedAt: Int64 = 0
    var usedAt: Int64 = 0
    /// Another member's lease as it was first seen unchanged, and when.
    var seen: (renewal: LeaseTable.Renewal, at: Int64)?
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
    let now = configuration.uptime().milliseconds
    let known = state.withLock { state in
      state.usedAt = now
      return (epoch: state.epoch, renewedAt: state.renewedAt)
    }
    guard let epoch = known.epoch else { return try acquire(at: now) }
    if now - known.renewedAt >= configuration.leaseDuration.milliseconds / 3 { try renew(epoch, at: now) }
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

  private func acquire(at now: Int64) throws(LogError) -> Int64? {
    // A look first: a waiting member asks several times a second and must not block the writers.
    let current = try store.read { database in try LeaseTable.find(group, in: database) }
    let expired = expiredRenewal(current, at: now)
    guard current?.isFree(for: instance, expired: expired) ?? true else { return nil }
    let (wall, duration) = (configuration.now(), configuration.leaseDuration.milliseconds)
    let acquired = try store.write { database in
      try LeaseTable.acquire(
        group, instance: instance, expired: expired, now: wall, duration: duration, in: database)
    }
    guard let acquired else { return nil }
    state.withLock { state in
      state.epoch = acquired
      state.renewedAt = now
      state.seen = nil
    }
    startTimer()
    return acquired
  }

  /// The renewal after which nothing came for as long as a lease lasts, by this member's own uptime; `nil`
  /// while it may come.
  ///
  /// What the stored times say is not asked: the clock that wrote them, or the one that would read them, may
  /// be wrong.
  private func expiredRenewal(_ current: LeaseTable.Row?, at now: Int64) -> LeaseTable.Renewal? {
    guard let current else { return nil }
    return state.withLock { state in
      guard let seen = state.seen, seen.renewal == current.renewal, now >= seen.at else {
        state.seen = (current.renewal, now)
        return nil
      }
      return now - seen.at >= configuration.leaseDuration.milliseconds ? current.renewal : nil
    }
  }

  private func renew(_ epoch: Int64, at now: Int64) throws(LogError) {
    let (wall, duration) = (configuration.now(), configuration.leaseDuration.milliseconds)
    try store.write { database in
      try LeaseTable.renew(group, epoch: epoch, now: wall, duration: duration, in: database)
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
    let now = configuration.uptime().milliseconds
    let known = state.withLock { (epoch: $0.epoch, renewedAt: $0.renewedAt, usedAt: $0.usedAt) }
    guard let epoch = known.epoch, now - known.usedAt < configuration.maxPollInterval.milliseconds,
      // A poll has just done it.
      now - known.renewedAt >= configuration.leaseDuration.milliseconds / 6
    else { return }
    // A failure is met again, and reported, by the next poll or commit; until then the lease only grows
    // older.
    try? renew(epoch, at: now)
  }
}
