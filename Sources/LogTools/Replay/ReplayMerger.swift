internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// Merges inputs by event time: hands over portions such that no later portion holds what should have come
/// first.
///
/// Each input keeps its own order; the input with the earliest head goes on until another one's head is
/// earlier. A portion ends where some input needs its next chunk.
struct ReplayMerger {
  /// A run of one input's events, as places in its chunk.
  struct Part: Sendable {
    var chunk: SortedChunk
    var events: Range<Int>
  }

  /// What is handed over at a time.
  struct Portion {
    var decoded: [Part] = []
    var rejected: [Replay.Rejected] = []
    var ignored = 0
    /// Whether it is one command, and nothing else.
    var isCommand = false
  }

  private struct Head {
    var chunk: SortedChunk
    var at = 0
    var time: EventTime { chunk.times[at] }
  }

  private let readers: [ReplayReader]
  private var heads: [Head?]
  private var ended: [Bool]
  /// The inputs that are commands.
  private let areCommands: [Bool]
  /// Most event time of a portion; `nil` for any.
  private let span: EventTime.Span?

  /// Chunks of a single input that are decoded ahead: two cores then never wait for one that decodes. Several
  /// inputs are ahead of each other anyway.
  private static let chunksAhead = 2

  init(_ inputs: [Replay.Input], settings: LaneSettings, span: EventTime.Span? = nil) {
    self.span = span
    readers = inputs.map { input in
      ReplayReader(input: input, settings: settings, ahead: inputs.count == 1 ? ReplayMerger.chunksAhead : 1)
    }
    areCommands = inputs.map { $0.stream == nil }
    heads = Array(repeating: nil, count: readers.count)
    ended = Array(repeating: false, count: readers.count)
  }

  mutating func next() async throws -> Portion? {
    var portion = Portion()
    for index in readers.indices {
      while heads[index] == nil, !ended[index] {
        guard var chunk = try await readers[index].next() else {
          ended[index] = true
          break
        }
        portion.rejected += chunk.rejections.map {
          Replay.Rejected(chunk, input: index, $0)
        }
        chunk.rejections = []
        portion.ignored += chunk.ignored.count
        chunk.ignored = []
        if !chunk.times.isEmpty { heads[index] = Head(chunk: chunk) }
      }
    }
    let live = heads.indices.filter { heads[$0] != nil }
    if live.isEmpty { return portion.rejected.isEmpty && portion.ignored == 0 ? nil : portion }
    if live.count == 1, span == nil, !areCommands[live[0]], let head = heads[live[0]], head.at == 0 {
      heads[live[0]] = nil
      portion.decoded = [Part(chunk: head.chunk, events: head.chunk.times.indices)]
    } else if let first = earliest(of: live), areCommands[first] {
      portion.decoded = takeOne(of: first)
      portion.isCommand = true
    } else {
      let start = earliest(of: live).flatMap { heads[$0]?.time }
      portion.decoded = advance(live, to: span.flatMap { span in start.map { $0 + span } })
    }
    return portion
  }

  /// The input whose head is next. Of equal times the earlier input goes first, as in a lane, and any events
  /// before commands.
  private func earliest(of live: [Int]) -> Int? {
    var best: Int?
    for index in live {
      guard let head = heads[index] else { continue }
      if best.map({ precedes(head.time, of: index, $0) }) ?? true { best = index }
    }
    return best
  }

  /// Whether what an input has at a time goes before another input's head.
  private func precedes(_ time: EventTime, of input: Int, _ other: Int) -> Bool {
    guard let head = heads[other] else { return true }
    if time != head.time { return time < head.time }
    return areCommands[input] == areCommands[other] ? input < other : areCommands[other]
  }

  private mutating func takeOne(of input: Int) -> [Part] {
    guard let head = heads[input] else { return [] }
    heads[input]?.at += 1
    if head.at + 1 == head.chunk.times.count { heads[input] = nil }
    return [Part(chunk: head.chunk, events: head.at..<head.at + 1)]
  }

  /// Goes on to where some input needs its next chunk, a command is next, or time is over.
  private mutating func advance(_ live: [Int], to end: EventTime?) -> [Part] {
    var taken: [Int: Range<Int>] = [:]
    var isExhausted = false
    while !isExhausted {
      guard let best = earliest(of: live), !areCommands[best], var head = heads[best],
        end.map({ head.time < $0 }) ?? true
      else { break }
      var limit: Int?
      for index in live where index != best {
        guard let other = heads[index] else { continue }
        if limit.map({ precedes(other.time, of: index, $0) }) ?? true { limit = index }
      }
      let start = head.at
      // Of equal times the earlier input goes first, as in a lane, or the order would depend on where chunks
      // end.
      repeat {
        head.at += 1
      } while head.at < head.chunk.times.count && (end.map { head.time < $0 } ?? true)
        && limit.map { precedes(head.time, of: best, $0) } ?? true
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
