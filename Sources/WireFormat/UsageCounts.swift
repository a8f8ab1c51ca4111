internal import Bytes
public import JourneyModel

/// What a batch applied, by the source that sent it and by stream: what a bill is made of.
///
/// Records name their source in the header `sojourn-source`; others are nobody's and are not counted here.
public struct UsageCounts: Sendable, Hashable {
  /// The header that names the source.
  package static let headerName = "sojourn-source"
  package static let header = Array(headerName.utf8)
  /// The source of what exceeds a limit.
  package static let others = "other"
  /// Most sources of a batch that are told apart.
  package static let maxSources = 256
  /// Longest name of a source in bytes.
  package static let maxSourceBytes = 255

  /// The numbers of one source and stream.
  public struct Count: Sendable, Hashable {
    /// Events that were folded into sessions, each once.
    public var events = 0
    /// Sessions that they opened.
    public var sessions = 0

    /// Zeros.
    public init() {}
  }

  /// By source and stream; never zeros.
  public private(set) var counts: [String: [JourneyModel.Stream: Count]] = [:]

  /// Creates zeros.
  public init() {}

  /// The source's name as it travels with an event that is forwarded: one that would be counted among the
  /// others is theirs from there on.
  package static func forwarded(_ name: ArraySlice<UInt8>) -> [UInt8] {
    (1...maxSourceBytes).contains(name.count) ? Array(name) : Array(others.utf8)
  }

  /// Whether nothing was counted.
  public var isEmpty: Bool { counts.isEmpty }

  /// Events of all sources.
  package var events: Int {
    counts.values.reduce(0) { $1.values.reduce($0) { $0 + $1.events } }
  }

  /// Adds events and sessions of a source.
  public mutating func add(_ count: Count, source: String, stream: JourneyModel.Stream) {
    guard count.events > 0 || count.sessions > 0 else { return }
    let isTold =
      (1...UsageCounts.maxSourceBytes).contains(source.utf8.count)
      && (counts[source] != nil || counts.count < UsageCounts.maxSources)
    let known = isTold ? source : UsageCounts.others
    counts[known, default: [:]][stream, default: Count()].events += count.events
    counts[known, default: [:]][stream, default: Count()].sessions += count.sessions
  }

  /// Appends `{"shop-web":{"web":[120,3]}}`: events and sessions, in one order always.
  func append(to bytes: inout [UInt8]) {
    bytes.append(ASCII.openBrace)
    let sources = counts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (place, (source, streams)) in sources.enumerated() {
      if place > 0 { bytes.append(ASCII.comma) }
      JSONText.append(source, to: &bytes)
      bytes += [ASCII.colon, ASCII.openBrace]
      var isFirst = true
      for stream in JourneyModel.Stream.allCases {
        guard let count = streams[stream] else { continue }
        if !isFirst { bytes.append(ASCII.comma) }
        isFirst = false
        bytes += "\"\(stream.name)\":[\(count.events),\(count.sessions)]".utf8
      }
      bytes.append(ASCII.closeBrace)
    }
    bytes.append(ASCII.closeBrace)
  }

  /// Reads what `append` wrote; streams that this build does not know are left out.
  init(_ stored: [String: [String: [Int]]]) throws(CodecError) {
    for (source, streams) in stored {
      for (name, numbers) in streams {
        guard numbers.count == 2, numbers[0] >= 0, numbers[1] >= 0 else {
          throw CodecError("journal usage \(numbers) of \(source)")
        }
        guard let stream = JourneyModel.Stream(name: name) else { continue }
        // As it is there: what has no place of its own was found out by whoever wrote it.
        var count = Count()
        (count.events, count.sessions) = (numbers[0], numbers[1])
        counts[source, default: [:]][stream] = count
      }
    }
  }
}

/// Counts a batch's events by source as they are admitted. Neighbours mostly have one source, which is then
/// compared and not looked up.
package struct UsageCounter: Sendable {
  private var source: [UInt8] = []
  private var stream = JourneyModel.Stream.web
  private var run = UsageCounts.Count()
  private var total = UsageCounts()

  /// Creates zeros.
  package init() {}

  /// Counts an event that was applied.
  ///
  /// - Parameters:
  ///   - bytes: an arena.
  ///   - name: where the source's name is in it.
  ///   - sessions: how many sessions the event opened.
  package mutating func note(
    _ bytes: borrowing [UInt8], _ name: Range<Int>, _ stream: JourneyModel.Stream, sessions: Int
  ) {
    if stream != self.stream || !isSource(bytes, name) {
      settle()
      self.stream = stream
      source.removeAll(keepingCapacity: true)
      for index in name { source.append(bytes[index]) }
    }
    run.events += 1
    run.sessions += sessions
  }

  /// What was counted; begins anew.
  package mutating func take() -> UsageCounts {
    settle()
    defer { total = UsageCounts() }
    return total
  }

  private func isSource(_ bytes: borrowing [UInt8], _ name: Range<Int>) -> Bool {
    guard name.count == source.count else { return false }
    for index in source.indices where bytes[name.lowerBound + index] != source[index] { return false }
    return true
  }

  private mutating func settle() {
    guard run.events > 0 else { return }
    total.add(run, source: String(decoding: source, as: UTF8.self), stream: stream)
    run = UsageCounts.Count()
  }
}
