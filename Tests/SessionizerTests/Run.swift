import EventLog
import JourneyModel
import Sessionizer
import WireFormat

/// One run of a random stream through a sessionizer per lane.
final class Run {
  private let stream: RandomStream
  private let batch: EventBatch
  private var lanes: [Sessionizer]
  /// Sessions that are gone: forgotten or merged.
  private var gone: [Outcome] = []

  init(_ stream: RandomStream, _ batch: EventBatch) {
    self.stream = stream
    self.batch = batch
    lanes = (0..<RandomStream.lanes).map { _ in Sessionizer(settings: stream.settings) }
  }

  static func decode(_ stream: RandomStream, _ decoder: EventDecoder) -> DecodedChunk {
    let streams = stream.items.map(\.stream)
    return decoder.decode(stream.chunk) { .success(streams[$0]) }
  }

  func runAll() { for step in stream.steps { take(step) } }

  func take(_ step: RandomStream.Step) {
    switch step {
    case .event(let index, let takenAt): _ = admit(index, takenAt: takenAt)
    case .tick(let lane, let stream, let time): tick(lane, of: stream, to: time)
    }
  }

  func admit(_ index: Int, takenAt: Int64) -> Admission {
    let event = batch.events[index]
    let lane = lanes[event.lane.index]
    lane.begin(takenAt: EventTime(milliseconds: takenAt))
    return lane.admit(event, of: batch)
  }

  func tick(_ lane: LaneNumber, of stream: Stream?, to time: Int64) {
    let time = EventTime(milliseconds: time)
    lanes[lane.index].tick(to: stream.map { [$0: time] } ?? StreamTimes(every: time))
  }

  /// Ends the batch of every lane.
  func finish() {
    for lane in lanes {
      for session in lane.finish().compactMap(\.session) where session.isGone {
        gone.append(Outcome(session, stream.settings))
      }
    }
  }

  /// Throws everything away but what the state codec and the journal keep.
  func restart() throws {
    finish()
    lanes = try lanes.map { old in
      let new = Sessionizer(settings: stream.settings)
      for value in old.allValues {
        new.restore(try StateCodec.decode(StateCodec.encoded(value)))
      }
      var highest: [Stream: EventTime] = [:]
      for stream in Stream.allCases { highest[stream] = old.highest(stream) }
      new.restore(highest: highest)
      return new
    }
  }

  /// Every session of the run, the forgotten and merged ones included.
  func outcomes() -> [Outcome] {
    finish()
    return gone + lanes.flatMap { lane in lane.allSessions.map { Outcome($0, stream.settings) } }
  }
}
