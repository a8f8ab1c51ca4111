internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// A lane of an offline replay: the same machine, with the last revision of each session and each rejection kept as
/// lines instead of records.
actor ReplayLane {
  private let machine: LaneMachine
  private let collector = Collector()
  private let definitions: CompiledBundle?
  private var records = OutputBatch()

  /// What the lane has written since the last time it was asked.
  struct Lines: Sendable {
    var sessions: [UInt8] = []
    var journal: JournalRecord
  }

  /// Lines of sessions that were forgotten; a class because the machine calls back into it.
  private final class Collector {
    var lines: [UInt8] = []
    var closed = 0
  }

  init(_ machine: sending LaneMachine, definitions: CompiledBundle? = nil) {
    self.machine = machine
    self.definitions = definitions
    let collector = collector
    let weakMachine = UnownedMachine(machine: machine)
    machine.onForget = { session in
      weakMachine.machine.snapshot(session, into: &collector.lines)
      collector.lines.append(0x0a)
      collector.closed += 1
    }
  }

  private struct UnownedMachine {
    unowned let machine: LaneMachine
  }

  /// What one batch gave.
  struct Output: Sendable {
    var lines: Lines
    var rejected: [Replay.Rejected]
    var derived: Derived
  }

  /// Derived events, one JSON object a line.
  struct Derived: Sendable {
    var segments: [UInt8] = []
    var outcomes: [UInt8] = []
    var actions: [UInt8] = []
    var counts = DerivedCounts()
  }

  func reduce(_ batch: LaneBatch) -> Output {
    records.removeAll()
    var batch = batch
    batch.definitions = definitions
    let journal = machine.reduce(batch, into: &records)
    let lines = collector.lines
    collector.lines = []
    return Output(
      lines: Lines(sessions: lines, journal: journal),
      rejected: journal.counts.rejected > 0 ? rejections() : [],
      derived: definitions == nil ? Derived() : derived())
  }

  /// The batch's derived events.
  private func derived() -> Derived {
    var derived = Derived(counts: machine.derived)
    let topics = machine.settings.topics
    // Held once: reading them through the lane each time counts references.
    let (entries, bytes) = (records.entries, records.bytes)
    func lines(_ topic: String) -> [UInt8] {
      guard let number = records.topics.firstIndex(of: topic) else { return [] }
      var lines: [UInt8] = []
      // Sized before: growing by doubling would copy everything several times.
      var size = 0
      for index in entries.indices where entries[index].topic == number {
        size += Int(entries[index].value?.length ?? 0) + 1
      }
      lines.reserveCapacity(size)
      for index in entries.indices where entries[index].topic == number {
        guard let value = entries[index].value else { continue }
        lines.append(ByteSlice(offset: Int(value.offset), length: Int(value.length)), of: bytes)
        lines.append(0x0a)
      }
      return lines
    }
    derived.segments = lines(topics.segments)
    derived.outcomes = lines(topics.outcomes)
    derived.actions = lines(topics.actions)
    return derived
  }

  /// Reads the batch's dead letters back, as a subscriber of `rejected` would.
  private func rejections() -> [Replay.Rejected] {
    var result: [Replay.Rejected] = []
    for entry in records.entries where records.topics[entry.topic] == machine.settings.topics.rejected {
      guard let range = entry.headers else { continue }
      let headers = HeaderBlock(bytes: records.bytes[range.indices])
      guard let reason = headers.text("sojourn-reason").flatMap(RejectionReason.init(rawValue:)) else {
        continue
      }
      result.append(
        Replay.Rejected(
          input: Int(headers.text("sojourn-origin-partition") ?? "") ?? 0,
          line: Int64(headers.text("sojourn-origin-offset") ?? "") ?? 0, reason: reason,
          value: entry.value.map { Array(records.bytes[$0.indices]) } ?? []))
    }
    return result
  }

  /// The sessions still held, oldest first, once they were asked for.
  private var held: [Session] = []

  /// What is held when all input has been reduced.
  struct Held: Sendable {
    /// Sessions whose lines are still to be written.
    var sessions: Int
    /// Sessions that are open, and those that have ended, forgotten ones included.
    var open: Int
    var closed: Int
  }

  /// Ends the reducing: from now on only `lines(of:)` is asked for.
  func finish() -> Held {
    held = machine.sessionizer.allSessions.filter { !$0.isCustomerMemory }.sorted {
      $0.first == $1.first ? $0.id < $1.id : $0.first < $1.first
    }
    let open = held.count { $0.lifecycle == .open }
    return Held(sessions: held.count, open: open, closed: collector.closed + held.count - open)
  }

  /// The lines of the sessions from `first` on, at most `count`; none behind the last one.
  func lines(of count: Int, from first: Int) -> [UInt8] {
    var lines: [UInt8] = []
    let range = min(first, held.count)..<min(first + count, held.count)
    for index in range {
      machine.snapshot(held[index], into: &lines)
      lines.append(0x0a)
      // Sized by the first one: growing by doubling would copy everything several times.
      if index == range.lowerBound { lines.reserveCapacity(lines.count * range.count * 5 / 4) }
    }
    return lines
  }
}
