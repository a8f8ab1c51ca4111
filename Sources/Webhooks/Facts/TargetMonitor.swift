internal import EventLog
package import Gateway
internal import Synchronization

/// What is known of one target's sender.
package struct TargetFacts: Sendable {
  /// The target's name.
  package var target: String
  package var counts = DeliveryCounts()
  package var circuit = TargetCircuit.State.closed
  package var pending = 0
  package var pendingBytes = 0
  package var requests = 0
  /// Records behind what was read.
  package var lag: Int64 = 0
  /// How long requests took that were answered.
  package var times = DurationHistogram()
  package var commits = 0
  /// Failures of the log that were got over.
  package var faults = 0
  /// Whether this process is a member of the target's group that owns partitions.
  package var isMember = false
  /// Uptime of the sender's last sign of life.
  package var lastSign: Duration

  init(_ target: String, at uptime: Duration) {
    self.target = target
    lastSign = uptime
  }
}

/// Gathers what is known of one target's sender, from its threads.
package final class TargetMonitor: Sendable {
  private let facts: Mutex<TargetFacts>
  private let uptime: @Sendable () -> Duration

  init(_ target: String, uptime: @escaping @Sendable () -> Duration) {
    facts = Mutex(TargetFacts(target, at: uptime()))
    self.uptime = uptime
  }

  /// What is known now.
  package var current: TargetFacts { facts.withLock { $0 } }

  func note(_ machine: borrowing DeliveryMachine) {
    let (counts, circuit) = (machine.counts, machine.circuit.state)
    let (pending, bytes, requests) = (machine.pending, machine.bytes, machine.requests)
    facts.withLock { facts in
      facts.counts = counts
      facts.circuit = circuit
      facts.pending = pending
      facts.pendingBytes = bytes
      facts.requests = requests
    }
  }

  func note(_ elapsed: Duration, of result: AttemptResult) {
    guard case .answered = result else { return }
    facts.withLock { $0.times.note(elapsed) }
  }

  func noteTurn(lag: Int64, isMember: Bool) {
    let now = uptime()
    facts.withLock { facts in
      facts.lag = lag
      facts.isMember = isMember
      facts.lastSign = now
    }
  }

  func noteMember(_ isMember: Bool) { facts.withLock { $0.isMember = isMember } }
  func noteCommit() { facts.withLock { $0.commits += 1 } }
  func noteFault(_ error: LogError) { facts.withLock { $0.faults += 1 } }
}
