internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Processor
internal import Sessionizer
internal import WireFormat

/// A lane of an offline replay: the same machine, with the last revision of each session and each rejection
/// kept as lines instead of records.
///
/// Nobody waits for what a replay writes, so a batch takes many portions of the input. Nobody subscribes to
/// it either: a session is encoded once, when it is gone or the input is over, and its changes never.
actor ReplayLane {
  private let machine: LaneMachine
  private let definitions: CompiledBundle?
  /// What sessions are scored under.
  private var models: ModelSet
  private let limits: Replay.BatchLimits
  private var records = OutputBatch()
  private var open: OpenBatch?
  /// Number of sessions that were forgotten.
  private var forgotten = 0

  init(
    _ machine: sending LaneMachine, limits: Replay.BatchLimits = Replay.BatchLimits(),
    definitions: CompiledBundle? = nil, models: ModelSet = .empty
  ) {
    self.machine = machine
    self.limits = limits
    self.definitions = definitions
    self.models = models
  }

  /// What one portion gave.
  struct Output: Sendable {
    /// What became of its records.
    var counts: BatchCounts
    /// Lines of sessions that were forgotten.
    var sessions: [UInt8]
    var rejected: [Replay.Rejected]
    var derived: Derived
    /// What the lane tells others, in order.
    var messages: [ReplayMessage] = []
    /// Contacts that have changed, in order; without a value those that are gone.
    var contacts: [(id: [UInt8], value: [UInt8]?)] = []
    /// What is learned from the sessions that have ended since the lane's batch before this one.
    var examples: [ExampleRecord] = []
  }

  /// Derived events, one JSON object a line.
  struct Derived: Sendable {
    /// By topic, in the catalogue's order; topics without any are absent.
    var lines: [(topic: OutputTopic, bytes: [UInt8])] = []
    var counts = DerivedCounts()
  }

  /// Scores by other models from the next portion on.
  func score(under models: ModelSet) { self.models = models }

  /// Reduces the lane's part of a portion.
  func reduce(_ portion: LaneBatch) -> Output {
    var portion = portion
    portion.definitions = definitions
    portion.models = models
    var batch = open.take() ?? machine.begin(portion, in: &records)
    let counts = machine.admit(portion, &batch, into: &records)
    var output = Output(
      counts: counts, sessions: [], rejected: counts.rejected > 0 ? rejections() : [],
      derived: definitions == nil ? Derived() : derived())
    if machine.settings.findsPersons { takePersons(into: &output) }
    // What is among the records is the portion's, and has been read.
    records.removeAll()
    let sessions = machine.sessionizer
    if sessions.goneCount >= limits.maxGone || sessions.goneBytes >= limits.maxGoneBytes {
      let touched = sessions.finish()
      for (index, value) in touched.enumerated() {
        if index.isMultiple(of: Sessionizer.prefetchedSessions) { sessions.prefetch(touched, from: index) }
        settle(value, &output.sessions)
      }
      output.examples = machine.endSettled()
      batches += 1
    } else {
      open = batch
    }
    return output
  }

  /// Lets go of a touched value, with its line if it is a session that is held no longer.
  private func settle(_ value: StoredValue, _ lines: inout [UInt8]) {
    machine.settle(value)
    guard let session = value.session, session.lifecycle == .forgotten, !session.isErased else { return }
    forgotten += 1
    append(session, to: &lines)
  }

  private func append(_ session: Session, to lines: inout [UInt8]) {
    machine.snapshot(session, into: &lines)
    lines.append(ASCII.newline)
  }

  /// Number of batches that have ended.
  private(set) var batches = 0

  /// The portion's derived events.
  private func derived() -> Derived {
    var derived = Derived(counts: machine.derived)
    let topics = machine.settings.topics
    // Held once: docs/design/hot-path.md.
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
        lines.append(ASCII.newline)
      }
      return lines
    }
    for entry in OutputCatalog.standard.entries where entry.replay == .events {
      let bytes = lines(topics[entry.topic])
      if !bytes.isEmpty { derived.lines.append((entry.topic, bytes)) }
    }
    return derived
  }

  /// Takes what the portion says of persons out of its records.
  private func takePersons(into output: inout Output) {
    let topics = machine.settings.topics
    for entry in records.entries {
      let name = records.topics[entry.topic]
      func copy(_ range: ByteSlice?) -> [UInt8]? { range.map { Array(records.bytes[$0.indices]) } }
      if name == topics[.contacts] {
        output.contacts.append((copy(entry.key) ?? [], copy(entry.value)))
      } else if name == topics.routed, let value = copy(entry.value) {
        output.messages.append(
          ReplayMessage(
            from: machine.lane, to: LaneNumber(entry.partition), key: copy(entry.key) ?? [], value: value))
      }
    }
  }

  /// Applies what other lanes have told this one.
  func receive(_ messages: [ReplayMessage], takenAt: EventTime) -> Output {
    let batch = LaneBatch(
      takenAt: takenAt, inputs: [ReplayMessage.chunk(messages, machine.settings.topics.routed, machine.lane)])
    return reduce(batch)
  }

  /// Reads the portion's dead letters back, as a subscriber of `rejected` would.
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
          explanation: headers.text("sojourn-explanation") ?? reason.explanation,
          value: entry.value.map { Array(records.bytes[$0.indices]) } ?? []))
    }
    return result
  }

  /// What is still to be encoded, once it was asked for: sessions that nothing has happened to since the
  /// newest batch began, oldest first, and then what it has touched, in its order. Of that, only sessions
  /// that were neither merged nor erased have a line.
  private var rest: [StoredValue] = []

  /// What is left when all input has been reduced.
  struct Held: Sendable {
    /// Sessions whose lines may still have to be written.
    var sessions: Int
    /// Sessions that are open, and those that have ended, forgotten ones included.
    var open: Int
    var closed: Int
  }

  /// Ends the reducing: from now on only `lines(of:)` is asked for.
  func finish() -> Held {
    let held = machine.sessionizer.allSessions
    let open = held.count { $0.lifecycle == .open }
    rest = held.filter { !$0.isTouched }.sorted {
      $0.first == $1.first ? $0.id < $1.id : $0.first < $1.first
    }
    let touched = machine.sessionizer.finish()
    rest += touched
    let gone = touched.compactMap(\.session).count { $0.lifecycle == .forgotten && !$0.isErased }
    return Held(sessions: rest.count, open: open, closed: forgotten + gone + held.count - open)
  }

  /// By how many sessions the room for the lines of all is estimated.
  private static let sizedBy = 16

  /// The lines of the sessions from `first` on, at most `count`; none behind the last one.
  func lines(of count: Int, from first: Int) -> [UInt8] {
    var lines: [UInt8] = []
    let range = min(first, rest.count)..<min(first + count, rest.count)
    for index in range {
      if (index - range.lowerBound).isMultiple(of: Sessionizer.prefetchedSessions) {
        machine.sessionizer.prefetch(rest, from: index)
      }
      guard let session = rest[index].session, session.lifecycle != .merged, !session.isErased else {
        continue
      }
      append(session, to: &lines)
      // Sized by the first of them: growing by doubling would copy everything several times. By one alone it
      // would be too small now and then, and copied all the same.
      let taken = index - range.lowerBound + 1
      if taken == ReplayLane.sizedBy { lines.reserveCapacity(lines.count / taken * range.count * 5 / 4) }
    }
    return lines
  }
}
