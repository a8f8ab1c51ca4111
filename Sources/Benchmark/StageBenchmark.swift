import EventLog
import Foundation
import JourneyModel
import Processor
import Sessionizer
import WireFormat

/// Decode, reduce and encode, each alone, on one thread and on events that are in memory.
struct StageBenchmark {
  let chunks: [RecordChunk]
  let events: Int
  let bytes: Int

  init(events: Int, seed: UInt64, chunkRecords: Int = 20_000) {
    var workload = Workload(seed: seed)
    var chunks: [RecordChunk] = []
    var bytes = 0
    var left = events
    var offset: Int64 = 0
    while left > 0 {
      var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(offset))
      for _ in 0..<min(left, chunkRecords) {
        let (key, value) = workload.next()
        bytes += value.count
        chunk.append(offset: RecordOffset(offset), timestamp: -1, key: key, value: value)
        offset += 1
      }
      chunk.seal()
      left -= chunk.entries.count
      chunks.append(chunk)
    }
    self.chunks = chunks
    self.events = events
    self.bytes = bytes
  }

  func decode() async -> Measurement {
    await Measurement.of(events: events, bytes: bytes) {
      guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: 1) else { return }
      for chunk in chunks { precondition(decoder.decode(chunk, stream: .web).rejections.isEmpty) }
    }
  }

  func reduce() async -> Measurement {
    guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: 1) else {
      preconditionFailure("memory")
    }
    let batches = chunks.map { decoder.decode($0, stream: .web).batch }
    return await Measurement.of(events: events, bytes: bytes) {
      let sessionizer = Sessionizer(settings: SessionSettings())
      for batch in batches {
        sessionizer.begin(takenAt: .latest)
        for index in batch.events.indices {
          precondition(sessionizer.admit(batch.events[index], of: batch) == .applied)
        }
        _ = sessionizer.finish()
      }
    }
  }

  /// Encodes as many snapshots as there are events, of sessions as the workload leaves them.
  func encode() async -> Measurement {
    guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: 1) else {
      preconditionFailure("memory")
    }
    let sessionizer = Sessionizer(settings: SessionSettings())
    for chunk in chunks.prefix(5) {
      let batch = decoder.decode(chunk, stream: .web).batch
      sessionizer.begin(takenAt: .latest)
      for index in batch.events.indices { _ = sessionizer.admit(batch.events[index], of: batch) }
      _ = sessionizer.finish()
    }
    let sessions = sessionizer.allSessions
    let encoder = SnapshotEncoder(settings: SessionSettings(), names: DisplayNames())
    var written = 0
    var output: [UInt8] = []
    let total = events
    var measured = await Measurement.of(events: total, bytes: 0) {
      var done = 0
      while done < total {
        for session in sessions.prefix(total - done) {
          encoder.encode(session, to: &output)
          done += 1
          if output.count > 8 << 20 {
            written += output.count
            output.removeAll(keepingCapacity: true)
          }
        }
      }
    }
    measured.bytes = written + output.count
    return measured
  }
}
