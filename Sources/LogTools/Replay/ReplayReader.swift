internal import DequeModule
internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// Reads and decodes one input some chunks ahead, several at a time, so that decoding overlaps reducing and
/// is spread over cores. Chunks are handed over in their order.
actor ReplayReader {
  private let input: Replay.Input
  private let decoders: [ChunkDecoder]
  private var started = 0
  private var reading: Task<RecordChunk?, any Error>?
  private var ahead: Deque<Task<SortedChunk?, any Error>> = []

  /// Decodes one chunk at a time.
  private actor ChunkDecoder {
    private let decoder: EventDecoder?
    private let stream: JourneyModel.Stream?
    private let commands: IdentityCommandDecoder?
    private let partitions: Int32

    init(_ settings: LaneSettings, stream: JourneyModel.Stream?) {
      commands = settings.commands
      partitions = settings.partitions
      decoder = EventDecoder(limits: settings.decoding, partitions: settings.partitions)
      decoder?.locatesMalformed = false
      self.stream = stream
    }

    func decode(_ chunk: RecordChunk) throws -> SortedChunk {
      guard let stream else {
        guard let commands else {
          throw LogError(
            .fatal, code: "noPersons", "commands about persons are taken where persons are looked for")
        }
        return SortedChunk(commands: commands.decode(chunk), partitions: partitions)
      }
      guard let decoder else { throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser") }
      return decoder.decodeSorted(chunk, stream: stream)
    }
  }

  /// - Parameter ahead: chunks that are read and decoded ahead of the one that is asked for, at least one.
  init(input: Replay.Input, settings: LaneSettings, ahead: Int = 1) {
    self.input = input
    decoders = (0..<max(ahead, 1)).map { _ in ChunkDecoder(settings, stream: input.stream) }
  }

  /// The next decoded chunk; `nil` at the end.
  func next() async throws -> SortedChunk? {
    if ahead.isEmpty { start() }
    guard let result = try await ahead.removeFirst().value else { return nil }
    while ahead.count < decoders.count { start() }
    return result
  }

  /// Begins to read one more chunk, once the one before is read, and to decode it.
  private func start() {
    let (input, before) = (input, reading)
    let read = Task<RecordChunk?, any Error> {
      if let before, try await before.value == nil { return nil }
      return try await input.source()
    }
    let decoder = decoders[started % decoders.count]
    started += 1
    reading = read
    ahead.append(
      Task {
        guard let chunk = try await read.value else { return nil }
        return try await decoder.decode(chunk)
      })
  }
}
