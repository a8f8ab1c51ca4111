public import EventLog
public import JourneyModel
internal import WireFormat

/// Runs recorded events through the processor's own machines, without a log: merges the inputs by event time, reduces
/// lane by lane, and keeps the last revision of each session.
public struct Replay: Sendable {
  /// Hands over the next chunk of an input; an empty chunk ends it.
  public typealias Source = @Sendable () async throws -> RecordChunk?

  /// One input.
  public struct Input: Sendable {
    /// Its stream.
    public var stream: JourneyModel.Stream
    /// Where its records come from.
    public var source: Source

    /// Creates an input.
    public init(stream: JourneyModel.Stream, source: @escaping Source) {
      self.stream = stream
      self.source = source
    }
  }

  /// The last line of `sojourn replay`. `read` = `applied` + `duplicates` + `rejected`.
  public struct Summary: Sendable, Hashable, Codable {
    /// Records read.
    public var read = 0
    /// Events folded into sessions.
    public var applied = 0
    /// Events already known.
    public var duplicates = 0
    /// Records rejected.
    public var rejected = 0
    /// Sessions, merged ones not counted.
    public var sessions = 0
    /// Sessions still open.
    public var open = 0
    /// Sessions that have ended.
    public var closed = 0
  }

  /// A rejected record.
  public struct Rejected: Sendable {
    /// Index of the input.
    public var input: Int
    /// Number of the record in its input, from 1.
    public var line: Int64
    /// Why.
    public var reason: RejectionReason
    /// The original bytes.
    public var value: [UInt8]
  }

  /// What a replay writes as it goes.
  public struct Sink: Sendable {
    /// Complete lines of sessions.
    public var sessions: @Sendable ([UInt8]) async throws -> Void
    /// A rejected record.
    public var rejected: @Sendable ([Rejected]) async throws -> Void
    /// Records read so far.
    public var progress: @Sendable (Int) async -> Void

    /// Creates a sink.
    public init(
      sessions: @escaping @Sendable ([UInt8]) async throws -> Void,
      rejected: @escaping @Sendable ([Rejected]) async throws -> Void,
      progress: @escaping @Sendable (Int) async -> Void
    ) {
      self.sessions = sessions
      self.rejected = rejected
      self.progress = progress
    }
  }

  /// The settings of all lanes.
  public var settings: LaneSettings
  /// The wall-clock time that `maxFutureSkew` is measured from, one for the whole replay.
  public var takenAt: EventTime
  /// Whether to advance event time past every timeout at the end.
  public var closes: Bool

  /// Creates a replay.
  public init(settings: LaneSettings, takenAt: EventTime, closes: Bool) {
    self.settings = settings
    self.settings.writesState = false
    self.takenAt = takenAt
    self.closes = closes
  }

  /// Runs to the end of all inputs.
  public func run(_ inputs: [Input], into sink: Sink) async throws -> Summary {
    var summary = Summary()
    let settings = settings
    let lanes = (0..<settings.partitions).map { number in
      ReplayLane(LaneMachine(lane: number, settings: settings, configuration: "replay"))
    }
    var merger = ReplayMerger(
      readers: inputs.enumerated().map { ReplayReader(index: $0.offset, input: $0.element, settings: settings) })
    // Writing one portion overlaps reducing the next; one is under way at most, so memory stays bounded.
    var writing: Task<Void, any Error>?
    while let portion = try await merger.next() {
      let (decoded, rejected) = portion
      summary.read += decoded.reduce(0) { $0 + $1.batch.events.count } + rejected.count
      summary.rejected += rejected.count
      let (lines, late) = await reduce(decoded, lanes, &summary)
      try await writing?.value
      let read = summary.read
      writing = Task {
        for part in lines { try await sink.sessions(part) }
        if !rejected.isEmpty || !late.isEmpty { try await sink.rejected(rejected + late) }
        await sink.progress(read)
      }
    }
    try await writing?.value
    try await finish(lanes, sink, &summary)
    summary.sessions = summary.open + summary.closed
    return summary
  }

  /// Closes what is to be closed and writes the sessions still held, lane by lane.
  private func finish(_ lanes: [ReplayLane], _ sink: Sink, _ summary: inout Summary) async throws {
    let end = closes ? LaneBatch(takenAt: takenAt, inputs: [], tick: EventTime.latest) : nil
    let rests = lanes.map { lane in
      Task {
        var closing: [UInt8] = []
        if let end { closing = await lane.reduce(end).lines.sessions }
        return (closing, await lane.finish())
      }
    }
    for rest in rests {
      let (closing, held) = await rest.value
      try await sink.sessions(closing)
      try await sink.sessions(held.lines)
      summary.open += held.open
      summary.closed += held.closed
    }
  }

  /// Reduces one portion in all lanes side by side.
  private func reduce(
    _ decoded: [DecodedChunk], _ lanes: [ReplayLane], _ summary: inout Summary
  ) async -> (lines: [[UInt8]], rejected: [Rejected]) {
    let takenAt = takenAt
    var results: [(lane: Int, output: ReplayLane.Output)] = []
    await withTaskGroup(of: (lane: Int, output: ReplayLane.Output)?.self) { group in
      for (number, lane) in lanes.enumerated() {
        group.addTask {
          let share = decoded.compactMap { $0.share(of: Int32(number)) }
          guard !share.isEmpty else { return nil }
          return (number, await lane.reduce(LaneBatch(takenAt: takenAt, inputs: share)))
        }
      }
      for await result in group { if let result { results.append(result) } }
    }
    results.sort { $0.lane < $1.lane }
    var rejected: [Rejected] = []
    for (_, output) in results {
      summary.applied += output.lines.journal.counts.applied
      summary.duplicates += output.lines.journal.counts.duplicates
      summary.rejected += output.lines.journal.counts.rejected
      rejected += output.rejected
    }
    rejected.sort { $0.input == $1.input ? $0.line < $1.line : $0.input < $1.input }
    return (results.map(\.output.lines.sessions), rejected)
  }
}

extension DecodedChunk {
  /// The events of one lane; arenas are shared, not copied.
  func share(of lane: Int32) -> DecodedChunk? {
    var events: [Event] = []
    events.reserveCapacity(batch.events.count / 4)
    for event in batch.events where event.lane == lane { events.append(event) }
    guard !events.isEmpty else { return nil }
    var share = self
    share.batch.events = events
    share.rejections = []
    return share
  }
}
