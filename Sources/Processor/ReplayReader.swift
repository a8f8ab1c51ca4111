internal import EventLog
internal import JourneyModel
internal import WireFormat

/// Reads and decodes one input a chunk ahead, so that decoding overlaps reducing.
actor ReplayReader {
  private let index: Int
  private let input: Replay.Input
  private let decoder: EventDecoder?
  private var ahead: Task<DecodedChunk?, any Error>?

  init(index: Int, input: Replay.Input, settings: LaneSettings) {
    self.index = index
    self.input = input
    decoder = EventDecoder(limits: settings.decoding, partitions: settings.partitions)
  }

  /// The next decoded chunk; `nil` at the end.
  func next() async throws -> DecodedChunk? {
    let current = ahead ?? Task { try await self.read() }
    let result = try await current.value
    ahead = result == nil ? nil : Task { try await self.read() }
    return result
  }

  private func read() async throws -> DecodedChunk? {
    guard let decoder else { throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser") }
    guard let chunk = try await input.source() else { return nil }
    return decoder.decode(chunk, stream: input.stream)
  }
}
