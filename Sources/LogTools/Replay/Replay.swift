internal import DequeModule
package import EventLog
package import JourneyModel
package import JourneyRules
package import Predictions
package import Processor
package import WireFormat

/// Runs recorded events through the processor's own machines, without a log: merges the inputs by event time,
/// reduces lane by lane, and keeps the last revision of each session.
package struct Replay: Sendable {
  /// Hands over the next chunk of an input; `nil` ends it.
  package typealias Source = @Sendable () async throws -> RecordChunk?

  /// One input.
  package struct Input: Sendable {
    /// Its stream; `nil`: commands about persons.
    package var stream: JourneyModel.Stream?
    /// Where its records come from.
    package var source: Source

    /// Creates an input; without a stream, of commands.
    package init(stream: JourneyModel.Stream?, source: @escaping Source) {
      self.stream = stream
      self.source = source
    }
  }

  /// The last line of `sojourn replay`. `read` = `applied` + `duplicates` + `rejected` + `ignored` +
  /// `commands`.
  package struct Summary: Sendable, Hashable {
    /// Records read.
    package var read = 0
    /// Events folded into sessions.
    package var applied = 0
    /// Events already known.
    package var duplicates = 0
    /// Records rejected.
    package var rejected = 0
    /// Records that are known and say nothing to a session.
    package var ignored = 0
    /// Commands about persons that were taken up.
    package var commands = 0
    /// Sessions, merged ones not counted.
    package var sessions = 0
    /// Sessions still open.
    package var open = 0
    /// Sessions that have ended.
    package var closed = 0
    /// What rules gave; zeros without definitions.
    package var derived = DerivedCounts()
    /// What was learned; `nil` where it was not asked for.
    package var learned: Learned?
  }

  /// What a replay that learns has come to.
  package struct Learned: Sendable, Hashable {
    /// Sessions that it could learn from.
    package var examples: Int
    /// How often it trained, and how many models that put in force.
    package var runs: Int
    package var published: Int
    /// `ModelSet.bytes` of what was in force at the end.
    package var models: [UInt8]
  }

  /// A rejected record.
  package struct Rejected: Sendable {
    /// Index of the input.
    package var input: Int
    /// Number of the record in its input, from 1.
    package var line: Int64
    /// Why.
    package var reason: RejectionReason
    /// One sentence for the person who has to fix the producer.
    package var explanation: String
    /// The original bytes.
    package var value: [UInt8]
  }

  /// What a replay writes as it goes.
  package struct Sink: Sendable {
    /// Complete lines of sessions.
    package var sessions: @Sendable ([UInt8]) async throws -> Void
    /// A rejected record.
    package var rejected: @Sendable ([Rejected]) async throws -> Void
    /// Records read so far.
    package var progress: @Sendable (Int) async -> Void
    /// Complete lines of a topic's events, in order of admission within a lane.
    package var events: @Sendable (OutputTopic, [UInt8]) async throws -> Void

    /// Creates a sink.
    package init(
      sessions: @escaping @Sendable ([UInt8]) async throws -> Void,
      rejected: @escaping @Sendable ([Rejected]) async throws -> Void,
      progress: @escaping @Sendable (Int) async -> Void,
      events: @escaping @Sendable (OutputTopic, [UInt8]) async throws -> Void = { _, _ in }
    ) {
      self.events = events
      self.sessions = sessions
      self.rejected = rejected
      self.progress = progress
    }
  }

  /// Sessions of one lane, forgotten or merged, that end its batch with the portion at hand: until then they
  /// stay in memory. Fewer of them mean more batches, each of which goes through what it has touched.
  package static let maxGone = 4_096
  /// Bytes of their facts, attributes and maps that do so as well.
  package static let maxGoneBytes = 32 << 20

  /// The settings of all lanes.
  package var settings: LaneSettings
  /// The wall-clock time that `maxFutureSkew` is measured from, one for the whole replay.
  package var takenAt: EventTime
  /// Whether to advance event time past every timeout at the end.
  package var closes: Bool
  /// What is evaluated after every event; `nil` for nothing.
  package var definitions: CompiledBundle?
  /// What sessions are scored under.
  package var models = ModelSet.empty
  /// Whether it learns as it goes on: between two portions of the input, from the sessions that have ended.
  /// It begins with `models`.
  package var learns = false
  /// When a lane's batch ends.
  package var limits = BatchLimits()

  /// When a lane's batch ends.
  package struct BatchLimits: Sendable {
    /// See `Replay.maxGone`.
    package var maxGone = Replay.maxGone
    /// See `Replay.maxGoneBytes`.
    package var maxGoneBytes = Replay.maxGoneBytes

    /// The defaults.
    package init() {}
  }

  /// Creates a replay.
  package init(
    settings: LaneSettings, takenAt: EventTime, closes: Bool, definitions: CompiledBundle? = nil
  ) {
    self.definitions = definitions
    self.settings = settings
    self.settings.writesState = false
    // Only what persons are found by is handed over from lane to lane.
    if !settings.findsPersons { self.settings.messaging = nil }
    self.takenAt = takenAt
    self.closes = closes
  }

  /// Runs to the end of all inputs.
  ///
  /// Three things overlap: the readers decode ahead, lanes reduce, and finished portions are written. Lanes
  /// need not wait for each other at a portion's end, so two portions may be in work; never more, so memory
  /// stays bounded. A batch takes many portions, within `limits`.
  package func run(_ inputs: [Input], into sink: Sink) async throws -> Summary {
    var summary = Summary()
    let (settings, definitions, models) = (settings, definitions, models)
    var limits = limits
    // What has ended is learned from as soon as it has.
    if learns { limits.maxGone = 1 }
    let lanes = LaneNumber.all(of: settings.partitions).map { number in
      ReplayLane(
        LaneMachine(lane: number, settings: settings, configuration: "replay"), limits: limits,
        definitions: definitions, models: models)
    }
    let settles = reachesPersons
    var merger = ReplayMerger(inputs, settings: settings, span: settles ? Replay.personSpan : nil)
    var newest = [Task<ReplayLane.Output, Never>?](repeating: nil, count: lanes.count)
    var persons = ReplayPersons(lanes: lanes.count)
    var training = definitions.flatMap { learns ? ReplayTraining($0, beginning: models) : nil }
    var working: Portion?
    var writing: Task<Void, any Error>?
    while let next = try await merger.next() {
      let isAlone = next.isCommand || settles
      if isAlone || training != nil {
        if let finished = working {
          writing = try await write(finished, sink, &summary, &persons, after: writing)
          working = nil
        }
        // What was said before a command is known to everybody when it comes, as it would be of a day's
        // events; and what it leads to when the next event does.
        if next.isCommand {
          writing = try await settle(lanes, &newest, &persons, sink, &summary, after: writing)
        }
        // One after the other: what the next portion is scored under depends on this one.
        let pieces = training == nil ? [next] : ReplayTraining.portions(of: next)
        for piece in pieces {
          let portion = start(piece, lanes, &newest, &persons)
          writing = try await write(portion, sink, &summary, &persons, after: writing)
          if training?.take(await portion.examples) ?? false, let models = training?.models {
            for lane in lanes { await lane.score(under: models) }
          }
        }
        if isAlone {
          writing = try await settle(lanes, &newest, &persons, sink, &summary, after: writing)
        }
        continue
      }
      let portion = start(next, lanes, &newest, &persons)
      if let finished = working {
        writing = try await write(finished, sink, &summary, &persons, after: writing)
      }
      working = portion
    }
    if let finished = working {
      writing = try await write(finished, sink, &summary, &persons, after: writing)
    }
    writing = try await settle(lanes, &newest, &persons, sink, &summary, after: writing)
    try await writing?.value
    if settings.findsPersons { try await sink.events(.contacts, persons.lines) }
    try await finish(lanes, sink, &summary)
    summary.sessions = summary.open + summary.closed
    summary.learned = training?.learned
    // The lanes' sessions are taken apart in the background: hundreds of thousands of small blocks would keep
    // the caller waiting for nothing.
    newest = []
    Task.detached(priority: .low) { withExtendedLifetime(lanes) {} }
    return summary
  }

  /// Event time after which lanes hand over messages where these can trigger something: a session must still
  /// be open when it is known whose it is.
  static let personSpan = EventTime.Span.seconds(5)

  /// Whether action maps may be triggered by what lanes tell each other.
  private var reachesPersons: Bool {
    let maps = definitions?.bundle.actionMaps ?? []
    return settings.findsPersons && maps.contains { !$0.triggerWithSegments.isEmpty }
  }

  /// Has lanes hand over messages until nobody has anything to say any more.
  private func settle(
    _ lanes: [ReplayLane], _ newest: inout [Task<ReplayLane.Output, Never>?],
    _ persons: inout ReplayPersons, _ sink: Sink, _ summary: inout Summary,
    after writing: Task<Void, any Error>?
  ) async throws -> Task<Void, any Error>? {
    var writing = writing
    while !persons.isQuiet {
      let portion = start(ReplayMerger.Portion(), lanes, &newest, &persons)
      writing = try await write(portion, sink, &summary, &persons, after: writing)
    }
    return writing
  }

  /// Decoded input in work.
  private struct Portion {
    var read: Int
    var rejected: [Rejected]
    var ignored: Int
    var results: [Task<ReplayLane.Output, Never>]

    /// Of all lanes, in their order.
    var examples: [ExampleRecord] {
      get async {
        var examples: [ExampleRecord] = []
        for result in results { examples += await result.value.examples }
        return examples
      }
    }
  }

  /// Hands each lane its part; a lane takes it up when it is done with its part of the portion before.
  private func start(
    _ taken: ReplayMerger.Portion, _ lanes: [ReplayLane],
    _ newest: inout [Task<ReplayLane.Output, Never>?], _ persons: inout ReplayPersons
  ) -> Portion {
    let takenAt = takenAt
    let shares = Replay.shares(taken.decoded, lanes: lanes.count)
    let count = taken.decoded.reduce(0) { $0 + $1.events.count }
    var portion = Portion(
      read: count + taken.rejected.count + taken.ignored, rejected: taken.rejected, ignored: taken.ignored,
      results: [])
    func chain(_ number: LaneNumber, _ work: @escaping @Sendable () async -> ReplayLane.Output) {
      let before = newest[number.index]
      let task = Task {
        _ = await before?.value
        return await work()
      }
      newest[number.index] = task
      portion.results.append(task)
    }
    for number in LaneNumber.all(of: lanes.count) {
      let (lane, share) = (lanes[number.index], shares[number.index])
      let messages = persons.messages(for: number)
      if !messages.isEmpty { chain(number) { await lane.receive(messages, takenAt: takenAt) } }
      guard !share.isEmpty else { continue }
      let batch = LaneBatch(takenAt: takenAt, inputs: share)
      chain(number) { await lane.reduce(batch) }
    }
    return portion
  }

  /// Sums up a portion when all lanes are done with it, and writes what it gave.
  private func write(
    _ portion: Portion, _ sink: Sink, _ summary: inout Summary, _ persons: inout ReplayPersons,
    after writing: Task<Void, any Error>?
  ) async throws -> Task<Void, any Error> {
    var rejected: [Rejected] = []
    var lines: [[UInt8]] = []
    var derived: [ReplayLane.Derived] = []
    for result in portion.results {
      let output = await result.value
      persons.take(output)
      summary.applied += output.counts.applied
      summary.duplicates += output.counts.duplicates
      summary.rejected += output.counts.rejected
      summary.commands += output.counts.commands
      rejected += output.rejected
      lines.append(output.sessions)
      summary.derived = summary.derived + output.derived.counts
      derived.append(output.derived)
    }
    rejected.sort { $0.input == $1.input ? $0.line < $1.line : $0.input < $1.input }
    summary.read += portion.read
    summary.rejected += portion.rejected.count
    summary.ignored += portion.ignored
    try await writing?.value
    let (read, all, parts, fired) = (summary.read, portion.rejected + rejected, lines, derived)
    return Task {
      for part in parts { try await sink.sessions(part) }
      for one in fired {
        for (topic, bytes) in one.lines { try await sink.events(topic, bytes) }
      }
      if !all.isEmpty { try await sink.rejected(all) }
      await sink.progress(read)
    }
  }

  /// Closes what is to be closed and writes the sessions still held.
  private func finish(_ lanes: [ReplayLane], _ sink: Sink, _ summary: inout Summary) async throws {
    let end = closes ? LaneBatch(takenAt: takenAt, inputs: [], tick: StreamTimes(every: .latest)) : nil
    let rests = lanes.map { lane in
      Task {
        var closing: ReplayLane.Output?
        if let end { closing = await lane.reduce(end) }
        return (closing, await lane.finish())
      }
    }
    var most = 0
    for rest in rests {
      let (closing, held) = await rest.value
      if let closing {
        // Timers fire here too: segments end, delayed actions are offered.
        summary.derived = summary.derived + closing.derived.counts
        try await sink.sessions(closing.sessions)
        for (topic, bytes) in closing.derived.lines { try await sink.events(topic, bytes) }
      }
      summary.open += held.open
      summary.closed += held.closed
      most = max(most, held.sessions)
    }
    try await writeHeld(lanes, most, sink)
  }

  /// Sessions of one lane whose lines are written at a time.
  private static let heldPart = 512
  /// Parts that are encoded ahead of the one being written: enough for every core, little enough for memory.
  private static let heldPartsAhead = 8

  /// Writes what lanes still hold, a part of each in turn, while the next ones are encoded: to encode all of
  /// it first would leave a core idle for as long as the file takes, a tenth of a replay.
  private func writeHeld(_ lanes: [ReplayLane], _ most: Int, _ sink: Sink) async throws {
    var parts = stride(from: 0, to: most, by: Replay.heldPart).lazy.flatMap { first in
      lanes.indices.lazy.map { (number: $0, first: first) }
    }.makeIterator()
    var ahead: Deque<Task<[UInt8], Never>> = []
    while true {
      while ahead.count < Replay.heldPartsAhead, let (number, first) = parts.next() {
        let lane = lanes[number]
        ahead.append(Task { await lane.lines(of: Replay.heldPart, from: first) })
      }
      guard let next = ahead.popFirst() else { return }
      let lines = await next.value
      if !lines.isEmpty { try await sink.sessions(lines) }
    }
  }
}

extension Replay {
  /// Each lane's events of the parts.
  static func shares(_ decoded: [ReplayMerger.Part], lanes: Int) -> [[DecodedChunk]] {
    LaneNumber.all(of: lanes).map { lane in decoded.compactMap { $0.chunk.part(of: lane, $0.events) } }
  }
}
