internal import DequeModule
package import EventLog
package import Gateway
internal import HeapModule
internal import JourneyModel

/// What one target is sent, in which order and how often: a function of what was read, what was answered and
/// the time that is handed in. Knows no network and no log.
///
/// Triggers of one session go one after the other, each once the one before it is settled; sessions do not
/// wait for each other. A trigger is settled when it was delivered, or when its failure is to be written.
/// What a commit stores lies behind everything that is settled.
package struct DeliveryMachine: Sendable {
  let rules: DeliveryRules
  private let backoff: Backoff
  private var partitions: [TopicPartition: PartitionProgress] = [:]
  private var deliveries: [UInt64: Delivery] = [:]
  /// Deliveries of each key in the order of the log; the first one is on its way.
  private var queues: [[UInt8]: Deque<UInt64>] = [:]
  /// Deliveries that may be sent, the oldest first, so that little lies behind an older one that is open;
  /// some have been settled meanwhile.
  private var ready: Heap<UInt64> = []
  private var waiting: Heap<Due> = []
  private var expiries: Heap<Expiry> = []
  private var underWay: Set<UInt64> = []
  private var nextID: UInt64 = 0
  private var failureBytes = 0
  private var deliveryBytes = 0
  /// The target has asked for silence until then.
  private var heldUntil: Duration = .zero
  /// Whether nothing new is begun.
  private var isDraining = false
  /// Whether the target is asked at all.
  package private(set) var circuit: TargetCircuit
  /// What has happened so far.
  package private(set) var counts = DeliveryCounts()
  /// What is to be logged.
  private var changes: [TargetCircuit.Change] = []

  private struct Due: Comparable, Sendable {
    var at: Duration
    var id: UInt64
    static func < (left: Self, right: Self) -> Bool {
      left.at == right.at ? left.id < right.id : left.at < right.at
    }
  }

  private struct Expiry: Comparable, Sendable {
    var at: EventTime
    var id: UInt64
    static func < (left: Self, right: Self) -> Bool {
      left.at == right.at ? left.id < right.id : left.at < right.at
    }
  }

  /// Creates a machine that has read nothing.
  package init(rules: DeliveryRules) {
    self.rules = rules
    backoff = Backoff(rules)
    circuit = TargetCircuit(rules)
  }

  // MARK: - What is read

  /// Takes partitions over, with the group's committed positions.
  package mutating func assign(_ committed: [TopicPartition: NextOffset?]) {
    for (partition, position) in committed {
      partitions[partition] = PartitionProgress(committed: position)
    }
  }

  /// Gives partitions away: forgets everything about them that is not settled. Requests that are under way go
  /// on, and whoever owns the partitions now sends the same triggers again, under the same ids.
  package mutating func revoke(_ gone: [TopicPartition]) {
    for partition in gone { failureBytes -= partitions.removeValue(forKey: partition)?.failureBytes ?? 0 }
    for delivery in deliveries.values where partitions[delivery.origin.source] == nil {
      deliveryBytes -= delivery.byteCount
      deliveries[delivery.id] = nil
      leave(delivery)
    }
  }

  /// Takes one trigger.
  package mutating func take(
    _ trigger: Trigger, at origin: TriggerOrigin, key: [UInt8]?, body: [UInt8], headers: [RequestHeader] = [],
    now: Moment
  ) {
    guard let isFresh = partitions[origin.source]?.isFresh else { return }
    counts.taken += 1
    partitions[origin.source]?.add(origin.offset)
    nextID += 1
    // Without a key it has no order to keep.
    let order = key ?? Array("\(origin.source):\(origin.offset)".utf8)
    let delivery = Delivery(
      id: nextID, origin: origin, order: order, trigger: trigger, body: body, headers: headers)
    if isFresh, !trigger.isInTime(at: now.now) {
      counts.skipped += 1
      partitions[origin.source]?.settle(origin.offset, nil)
      return
    }
    deliveries[delivery.id] = delivery
    deliveryBytes += delivery.byteCount
    queues[order, default: []].append(delivery.id)
    if queues[order]?.count == 1 { makeReady(delivery.id) }
    if body.count > rules.maxBodyBytes {
      settle(
        delivery.id, .tooLarge, "the record has \(body.count) bytes, at most \(rules.maxBodyBytes) are sent")
    } else {
      expiries.insert(Expiry(at: trigger.expiresAt, id: delivery.id))
    }
  }

  /// Takes a record that is no event about an action.
  package mutating func takeUnreadable(
    _ explanation: String, at origin: TriggerOrigin, key: [UInt8]?, body: [UInt8]
  ) {
    guard partitions[origin.source] != nil else { return }
    partitions[origin.source]?.add(origin.offset)
    let failure = DeliveryFailure(
      origin: origin, reason: .unreadable, trigger: nil, attempts: 0, last: nil, lastSent: nil,
      explanation: explanation, key: key ?? [], body: body)
    counts.failed[.unreadable, default: 0] += 1
    failureBytes += failure.byteCount
    partitions[origin.source]?.settle(origin.offset, failure)
  }

  /// Notes that everything below a position was read.
  package mutating func advance(_ partition: TopicPartition, to position: NextOffset) {
    partitions[partition]?.advance(to: position)
  }

  // MARK: - What is sent

  /// The requests that are to be made now. Each has to be answered by `note`.
  package mutating func start(at now: Moment) -> [Attempt] {
    expire(at: now)
    guard !isDraining else { return [] }
    while let due = waiting.min, due.at <= now.uptime {
      waiting.removeMin()
      if deliveries[due.id]?.state == .waiting(until: due.at) { makeReady(due.id) }
    }
    var attempts: [Attempt] = []
    while underWay.count < rules.maxConcurrent, now.uptime >= heldUntil, !ready.isEmpty {
      guard circuit.allows(at: now.uptime, underWay: underWay.count) else {
        if circuit.isGone { giveUpReady() }
        break
      }
      if let attempt = begin(at: now) { attempts.append(attempt) }
    }
    return attempts
  }

  private mutating func begin(at now: Moment) -> Attempt? {
    guard let id = ready.popMin(), var delivery = deliveries[id], delivery.state == .ready else {
      return nil
    }
    delivery.state = .underWay
    delivery.attempts += 1
    delivery.lastSent = now.now
    deliveries[id] = delivery
    underWay.insert(id)
    counts.attempts += 1
    return Attempt(
      id: id, number: delivery.attempts, trigger: delivery.trigger, body: delivery.body,
      headers: delivery.headers)
  }

  /// What a request came to.
  package mutating func note(_ result: AttemptResult, of id: UInt64, at now: Moment) {
    guard underWay.remove(id) != nil else { return }
    counts.note(result)
    let verdict = Verdict(result)
    noteCircuit(verdict, result, at: now)
    guard var delivery = deliveries[id] else { return }
    if result != .failed(.expired) { delivery.last = result }
    deliveries[id] = delivery
    switch verdict {
    case .delivered:
      counts.delivered += 1
      settle(id)
    case .giveUp(let reason): settle(id, reason, DeliveryMachine.explanation(reason, result))
    case .again(let after, _): retry(delivery, result, after: after, at: now)
    }
  }

  private mutating func noteCircuit(_ verdict: Verdict, _ result: AttemptResult, at now: Moment) {
    let change: TargetCircuit.Change? =
      switch verdict {
      case .again(_, true): circuit.noteFault(at: now.uptime)
      case .giveUp(.gone): circuit.noteGone(at: now.uptime)
      case .again, .giveUp(.expired): nil
      case .delivered, .giveUp: circuit.noteWell()
      }
    if let change { changes.append(change) }
    // Who is too busy for one is too busy for the next.
    if case .answered(let status, let after?, _) = result, status == 429 || status == 503 {
      heldUntil = max(heldUntil, now.uptime + min(after, rules.longestRetryAfter))
    }
  }

  private mutating func retry(
    _ delivery: Delivery, _ result: AttemptResult, after: Duration?, at now: Moment
  ) {
    guard delivery.attempts < rules.maxAttempts else {
      return settle(
        delivery.id, .exhausted, "\(delivery.attempts) attempts failed; \(DeliveryMachine.text(result))")
    }
    let pause = max(
      backoff.pause(after: delivery.attempts, of: delivery.trigger.action),
      min(after ?? .zero, rules.longestRetryAfter))
    // What could be sent only when it is too late makes nobody wait.
    let next = EventTime(milliseconds: now.now.milliseconds + pause.milliseconds)
    guard delivery.trigger.isInTime(at: next) else {
      return settle(
        delivery.id, .expired,
        "expires at \(delivery.trigger.expiresAt.iso8601), before the next attempt; "
          + DeliveryMachine.text(result))
    }
    let due = now.uptime + pause
    deliveries[delivery.id]?.state = .waiting(until: due)
    waiting.insert(Due(at: due, id: delivery.id))
  }

  // MARK: - What is settled

  private mutating func expire(at now: Moment) {
    while let first = expiries.min, first.at < now.now {
      expiries.removeMin()
      // An answer that is awaited decides by itself.
      guard let delivery = deliveries[first.id], delivery.state != .underWay else { continue }
      settle(
        first.id, .expired,
        "expired at \(first.at.iso8601); "
          + (delivery.last.map { DeliveryMachine.text($0) } ?? "it was never sent"))
    }
  }

  /// What waits for a target that said it is gone.
  private mutating func giveUpReady() {
    while let id = ready.popMin() {
      guard deliveries[id]?.state == .ready else { continue }
      settle(id, .gone, "the target answered 410 a short while ago and is left alone")
    }
  }

  private mutating func settle(_ id: UInt64, _ reason: FailureReason? = nil, _ explanation: String = "") {
    guard let delivery = deliveries.removeValue(forKey: id) else { return }
    deliveryBytes -= delivery.byteCount
    var failure: DeliveryFailure?
    if let reason {
      counts.failed[reason, default: 0] += 1
      let made = DeliveryFailure(
        origin: delivery.origin, reason: reason, trigger: delivery.trigger, attempts: delivery.attempts,
        last: delivery.last, lastSent: delivery.lastSent, explanation: explanation, key: delivery.order,
        body: delivery.body)
      failureBytes += made.byteCount
      failure = made
    }
    partitions[delivery.origin.source]?.settle(delivery.origin.offset, failure)
    leave(delivery)
  }

  /// Takes a delivery out of its session's queue; the next one there may go.
  private mutating func leave(_ delivery: Delivery) {
    guard var queue = queues[delivery.order], let place = queue.firstIndex(of: delivery.id) else { return }
    queue.remove(at: place)
    queues[delivery.order] = queue.isEmpty ? nil : queue
    if place == 0, let next = queue.first, deliveries[next] != nil { makeReady(next) }
  }

  private mutating func makeReady(_ id: UInt64) {
    deliveries[id]?.state = .ready
    ready.insert(id)
  }

  // MARK: - What is committed

  /// What the next commit writes and stores; `nil` if there is nothing.
  package func due() -> DeliveryCommit? {
    var commit = DeliveryCommit()
    for (partition, progress) in partitions.sorted(by: { $0.key < $1.key }) {
      guard let due = progress.due() else { continue }
      commit.positions[partition] = due.position
      commit.failures += due.failures
      commit.hasSettled = commit.hasSettled || progress.hasSettled
    }
    return commit.positions.isEmpty ? nil : commit
  }

  /// Notes that a commit was confirmed.
  package mutating func confirm(_ commit: DeliveryCommit) {
    for (partition, position) in commit.positions {
      failureBytes -= partitions[partition]?.confirm(position) ?? 0
    }
  }

  // MARK: - Bounds

  /// Partitions that it has.
  package var owned: [TopicPartition] { partitions.keys.sorted() }

  /// Begins nothing new until it is told otherwise.
  package mutating func drain(_ isDraining: Bool) { self.isDraining = isDraining }

  /// Requests under way.
  package var requests: Int { underWay.count }
  /// Triggers that are not settled.
  package var pending: Int { deliveries.count }
  /// Bytes that triggers and failures take.
  package var bytes: Int { deliveryBytes + failureBytes }
  /// Records between the oldest that is not settled and the newest.
  package var window: Int { partitions.values.reduce(0) { $0 + $1.window } }
  /// Triggers that may be read before a bound is reached.
  package var capacity: Int { max(0, min(rules.maxPending - pending, rules.maxWindow - window)) }
  /// Bytes that may be read before a bound is reached.
  package var byteCapacity: Int { max(0, rules.maxPendingBytes - bytes) }
  /// Whether nothing more may be read.
  package var isFull: Bool { capacity == 0 || byteCapacity == 0 }

  /// What is to be logged since it was last asked.
  package mutating func takeChanges() -> [TargetCircuit.Change] {
    defer { changes = [] }
    return changes
  }

  // MARK: - Words

  static func text(_ result: AttemptResult) -> String {
    switch result {
    case .answered(let status, _, _): "the last answer was \(status)"
    case .failed(let failure): "the last attempt ended with \(failure.rawValue)"
    }
  }

  private static func explanation(_ reason: FailureReason, _ result: AttemptResult) -> String {
    switch reason {
    case .expired: "its time was over before it was on its way"
    case .redirected: "redirects are not followed; \(text(result))"
    default: text(result)
    }
  }
}

/// What one transaction writes and stores.
package struct DeliveryCommit: Sendable {
  package var positions: [TopicPartition: NextOffset] = [:]
  package var failures: [DeliveryFailure] = []
  /// Whether triggers were settled; otherwise only records that are nobody's business were passed.
  package var hasSettled = false
}
