internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import LogTools
internal import Processor
internal import Synchronization
import WireFormat

/// The same input through `Replay`: the sessions that a processor must arrive at.
final class OfflineReplay: Sendable {
  private let chunks: Mutex<[JourneyModel.Stream: RecordChunk]>
  private let lines = Mutex<[UInt8]>([])
  private let derived = Mutex<[UInt8]>([])

  init(_ input: JourneyInput) {
    var chunks: [JourneyModel.Stream: RecordChunk] = [:]
    for event in input.events {
      let empty = RecordChunk(source: TopicPartition(event.stream.name, 0), next: NextOffset(0))
      let offset = RecordOffset(chunks[event.stream]?.next.value ?? 0)
      chunks[event.stream, default: empty].append(
        offset: offset, timestamp: -1, key: event.key, value: event.value)
    }
    for stream in chunks.keys { chunks[stream]?.seal() }
    self.chunks = Mutex(chunks)
  }

  /// Runs to the end of the input.
  func run(_ settings: LaneSettings) async throws -> (summary: Replay.Summary, sessions: [SessionView]) {
    let (summary, lines) = try await snapshots(settings)
    return (summary, try lines.map { try SessionView(decoding: $0) })
  }

  /// What rules gave, as it was written.
  var derivedEvents: [[UInt8]] {
    derived.withLock { $0 }.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// Runs to the end of the input; the sessions as they are written.
  func snapshots(
    _ settings: LaneSettings, definitions: CompiledBundle? = nil
  ) async throws -> (summary: Replay.Summary, sessions: [[UInt8]]) {
    let inputs = JourneyModel.Stream.allCases.map { stream in
      Replay.Input(stream: stream) { self.chunks.withLock { $0.removeValue(forKey: stream) } }
    }
    let sink = Replay.Sink(
      sessions: { bytes in self.lines.withLock { $0 += bytes } }, rejected: { _ in }, progress: { _ in },
      events: { topic, bytes in
        if topic != .outcomes { self.derived.withLock { $0 += bytes } }
      })
    let end = JourneyInput.start + .init(milliseconds: JourneyInput.span)
    let summary = try await Replay(
      settings: settings, takenAt: end, closes: false, definitions: definitions
    ).run(inputs, into: sink)
    let sessions = lines.withLock { $0 }.split(separator: UInt8(ascii: "\n"))
    return (summary, sessions.map { Array($0) })
  }
}
