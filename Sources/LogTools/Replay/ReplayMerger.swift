internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// Merges inputs by event time: hands over portions such that no later portion holds what should have come first.
///
/// Each input keeps its own order; the input with the earliest head goes on until another one's head is earlier. A
/// portion ends where some input needs its next chunk.
struct ReplayMerger {
  /// A run of one input's events, as places in its chunk.
  struct Part: Sendable {
    var chunk: SortedChunk
    var events: Range<Int>
  }

  private struct Head {
    var chunk: SortedChunk
    var at = 0
    var time: EventTime { chunk.times[at] }
  }

  private let readers: [ReplayReader]
  private var heads: [Head?]
  private var ended: [Bool]

  /// Chunks of a single input that are decoded ahead: two cores then never wait for one that decodes. Several inputs are ahead of each
  /// other anyway.
  private static let chunksAhead = 2

  init(_ inputs: [Replay.Input], settings: LaneSettings) {
    readers = inputs.map { input in
      ReplayReader(input: input, settings: settings, ahead: inputs.count == 1 ? ReplayMerger.chunksAhead : 1)
    }
    heads = Array(repeating: nil, count: readers.count)
    ended = Array(repeating: false, count: readers.count)
  }

  mutating func next() async throws -> (decoded: [Part], rejected: [Replay.Rejected], ignored: Int)? {
    var rejected: [Replay.Rejected] = []
    var ignored = 0
    for index in readers.indices {
      while heads[index] == nil, !ended[index] {
        guard var chunk = try await readers[index].next() else {
          ended[index] = true
          break
        }
        rejected += chunk.rejections.map {
          Replay.Rejected(chunk, input: index, $0)
        }
        chunk.rejections = []
        ignored += chunk.ignored.count
        chunk.ignored = []
        if !chunk.times.isEmpty { heads[index] = Head(chunk: chunk) }
      }
    }
    let live = heads.indices.filter { heads[$0] != nil }
    if live.isEmpty { return rejected.isEmpty && ignored == 0 ? nil : ([], rejected, ignored) }
    if live.count == 1, let head = heads[live[0]], head.at == 0 {
      heads[live[0]] = nil
      return ([Part(chunk: head.chunk, events: head.chunk.times.indices)], rejected, ignored)
    }
    return (advance(live), rejected, ignored)
  }

  private mutating func advance(_ live: [Int]) -> [Part] {
    var taken: [Int: Range<Int>] = [:]
    var isExhausted = false
    while !isExhausted {
      var best: Int?
      for index in live {
        guard let head = heads[index] else { continue }
        if let known = best, let other = heads[known], other.time <= head.time { continue }
        best = index
      }
      guard let best, var head = heads[best] else { break }
      var limit: (time: EventTime, index: Int)?
      for index in live where index != best {
        guard let other = heads[index] else { continue }
        if limit.map({ other.time < $0.time }) ?? true { limit = (other.time, index) }
      }
      let start = head.at
      // Of equal times the earlier input goes first, as in a lane, or the order would depend on where chunks end.
      repeat {
        head.at += 1
      } while head.at < head.chunk.times.count
        && limit.map { head.time < $0.time || (head.time == $0.time && best < $0.index) } ?? true
      taken[best] = (taken[best]?.lowerBound ?? start)..<head.at
      isExhausted = head.at == head.chunk.times.count
      heads[best] = head
    }
    var portions: [Part] = []
    for index in live {
      guard let range = taken[index], let head = heads[index] else { continue }
      portions.append(Part(chunk: head.chunk, events: range))
      if head.at == head.chunk.times.count { heads[index] = nil }
    }
    return portions
  }
}

extension Replay.Rejected {
  init(_ decoded: SortedChunk, input: Int, _ rejection: Rejection) {
    let entry = decoded.chunk.entries[rejection.record]
    self.init(
      input: input, line: entry.offset.value, reason: rejection.reason, explanation: rejection.explanation,
      value: decoded.chunk.copy(entry.value) ?? [])
  }
}
