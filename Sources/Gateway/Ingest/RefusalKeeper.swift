internal import EventLog
internal import Intake
internal import Synchronization

/// Decides which refused events of a batch are kept, so that a client that sends nothing but rubbish fills no
/// topic. A single event that is wrong is told to its sender and kept nowhere: it has no slice of a body.
final class RefusalKeeper: Sendable {
  private let record: RefusalRecord
  private let perMinute: Int
  private let maxBytes: Int
  private let monitor: GatewayMonitor
  private let rates: Mutex<RateTable<String>>
  private let uptime: @Sendable () -> Duration

  init(
    _ record: RefusalRecord, _ limits: IngestLimits, maxSources: Int, _ monitor: GatewayMonitor,
    uptime: @escaping @Sendable () -> Duration
  ) {
    self.record = record
    perMinute = limits.maxRefusedPerMinute
    maxBytes = limits.maxRefusedBytes
    self.monitor = monitor
    self.uptime = uptime
    rates = Mutex(RateTable(maxKeys: maxSources))
  }

  /// The dead letters of a body; counts those that are not kept.
  func batch(_ refusals: [IngestResult.Refusal], of call: IngestCall) -> OutputBatch {
    var batch = OutputBatch()
    var (large, limited) = (0, 0)
    let source = call.source.intake.id
    for refusal in refusals {
      guard let event = refusal.event else { continue }
      if event.count > maxBytes {
        large += 1
      } else if take(source) {
        record.append(refusal, event, of: call, to: &batch)
      } else {
        limited += 1
      }
    }
    monitor.note(large, dead: .tooLarge, source: source)
    monitor.note(limited, dead: .limited, source: source)
    return batch
  }

  private func take(_ source: String) -> Bool {
    guard perMinute > 0 else { return false }
    let now = uptime()
    return rates.withLock { $0.take(1, for: source, perMinute: perMinute, now: now) == nil }
  }
}
