internal import Foundation
public import JourneyModel

/// One record per committed batch and lane: what makes a run repeatable.
public struct JournalRecord: Sendable, Hashable {
  /// The reducer's version: raised whenever the same input would give other bytes.
  public static let reducerVersion = "6"

  /// The lane.
  public var lane: LaneNumber
  /// Number of lanes; another number refuses to run.
  public var partitions: Int32
  /// Counts a lane's batches from 1.
  public var sequence: BatchSequence
  /// For each input topic the offsets `[from, to)`.
  public var ranges: [String: Range<Int64>]
  /// Offsets `[from, to)` before the ranges that retention removed before they were read, by input topic.
  public var lost: [String: Range<Int64>]
  /// Whether `sojourn recover` wrote it: what came before is known only as far as its values were found.
  public var isRecovered: Bool
  /// Timers of these streams were advanced to these times.
  ///
  /// Builds with reducers up to 3 wrote one time for all streams, `tick`; they ignore this member.
  public var ticks = StreamTimes()
  /// Wall-clock time of the batch.
  public var takenAt: EventTime
  /// Version of the reducer that wrote it.
  public var reducer: String
  /// Digest of the settings.
  public var configuration: String
  /// Hash of the definition bundle in force; `nil` for none.
  public var definitions: String?
  /// Name of the set of models that sessions were scored under; `nil` where nothing is predicted.
  ///
  /// Builds of before wrote none, as they scored nothing, and ignore it.
  public var models: String?
  /// Highest admitted event time of each stream.
  public var highest: [JourneyModel.Stream: EventTime]
  /// How far the messages of each lane that has sent any are applied, by the sender's number.
  public var received: [LaneNumber: MessageMark] = [:]
  /// What became of the records.
  public var counts: BatchCounts
  /// The applied events by source; empty where no record named one.
  ///
  /// Builds of before wrote none and ignore it.
  public var usage = UsageCounts()
  /// The first sequence whose redo records are needed in addition to `state`.
  public var redoFrom: BatchSequence
  /// Digest of the outputs.
  public var outputs: String
  /// Digest of the state changes.
  public var state: String

  /// The record's bytes: `schemas/journal.schema.json`.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(
      contentsOf: "{\"v\":1,\"lane\":\(lane),\"partitions\":\(partitions),\"sequence\":\(sequence)".utf8)
    bytes.append(contentsOf: ",\"ranges\":".utf8)
    JournalRecord.append(ranges, to: &bytes)
    if !lost.isEmpty {
      bytes.append(contentsOf: ",\"lost\":".utf8)
      JournalRecord.append(lost, to: &bytes)
    }
    if isRecovered { bytes.append(contentsOf: ",\"recovered\":true".utf8) }
    if !ticks.isEmpty {
      bytes.append(contentsOf: ",\"ticks\":".utf8)
      JournalRecord.append(ticks, to: &bytes)
    }
    bytes.append(
      contentsOf: ",\"takenAt\":\"\(takenAt.iso8601)\",\"reducer\":".utf8)
    JSONText.append(reducer, to: &bytes)
    bytes.append(contentsOf: ",\"configuration\":".utf8)
    JSONText.append(configuration, to: &bytes)
    if let definitions {
      bytes.append(contentsOf: ",\"definitions\":".utf8)
      JSONText.append(definitions, to: &bytes)
    }
    if let models {
      bytes.append(contentsOf: ",\"models\":".utf8)
      JSONText.append(models, to: &bytes)
    }
    bytes.append(contentsOf: ",\"watermarks\":".utf8)
    var watermarks = StreamTimes()
    for (stream, time) in highest { watermarks[stream] = time }
    JournalRecord.append(watermarks, to: &bytes)
    if !received.isEmpty { JournalRecord.append(received, to: &bytes) }
    bytes.append(
      contentsOf:
        ",\"counts\":{\"read\":\(counts.read),\"applied\":\(counts.applied),\"duplicates\":\(counts.duplicates),\"rejected\":\(counts.rejected),\"routed\":\(counts.routed)"
        .utf8)
    if counts.ignored > 0 { bytes.append(contentsOf: ",\"ignored\":\(counts.ignored)".utf8) }
    if counts.messages > 0 { bytes.append(contentsOf: ",\"messages\":\(counts.messages)".utf8) }
    if counts.commands > 0 { bytes.append(contentsOf: ",\"commands\":\(counts.commands)".utf8) }
    bytes.append(ASCII.closeBrace)
    if !usage.isEmpty {
      bytes.append(contentsOf: ",\"usage\":".utf8)
      usage.append(to: &bytes)
    }
    bytes.append(
      contentsOf: ",\"redoFrom\":\(redoFrom),\"outputs\":\"\(outputs)\",\"state\":\"\(state)\"}".utf8)
    return bytes
  }

  /// Reads a record.
  public init(decoding bytes: [UInt8]) throws {
    let stored = try JSONDecoder().decode(Stored.self, from: Data(bytes))
    guard stored.v == 1 else {
      throw CodecError("journal version \(stored.v) is not one this build reads (1)")
    }
    lane = LaneNumber(stored.lane)
    partitions = stored.partitions
    sequence = BatchSequence(stored.sequence)
    ranges = try JournalRecord.ranges(stored.ranges)
    lost = try JournalRecord.ranges(stored.lost ?? [:])
    isRecovered = stored.recovered ?? false
    ticks = StreamTimes(every: try stored.tick.map(JournalRecord.time))
    for (stream, time) in try JournalRecord.times(stored.ticks ?? [:]) { ticks[stream] = time }
    takenAt = try JournalRecord.time(stored.takenAt)
    reducer = stored.reducer
    configuration = stored.configuration
    definitions = stored.definitions
    models = stored.models
    highest = try JournalRecord.times(stored.watermarks)
    // A count that an older version did not have is zero.
    counts = BatchCounts()
    counts.read = stored.counts["read"] ?? 0
    counts.applied = stored.counts["applied"] ?? 0
    counts.duplicates = stored.counts["duplicates"] ?? 0
    counts.rejected = stored.counts["rejected"] ?? 0
    counts.routed = stored.counts["routed"] ?? 0
    counts.ignored = stored.counts["ignored"] ?? 0
    counts.messages = stored.counts["messages"] ?? 0
    counts.commands = stored.counts["commands"] ?? 0
    usage = try UsageCounts(stored.usage ?? [:])
    received = try JournalRecord.marks(stored.received ?? [:])
    redoFrom = BatchSequence(stored.redoFrom)
    outputs = stored.outputs
    state = stored.state
  }

  package init(
    lane: LaneNumber, partitions: Int32, sequence: BatchSequence, takenAt: EventTime, configuration: String
  ) {
    self.lane = lane
    self.partitions = partitions
    self.sequence = sequence
    self.takenAt = takenAt
    self.configuration = configuration
    reducer = JournalRecord.reducerVersion
    ranges = [:]
    lost = [:]
    isRecovered = false
    highest = [:]
    counts = BatchCounts()
    redoFrom = 1
    outputs = ""
    state = ""
  }

  private static func append(_ ranges: [String: Range<Int64>], to bytes: inout [UInt8]) {
    bytes.append(ASCII.openBrace)
    let topics = ranges.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for (index, topic) in topics.enumerated() {
      guard let range = ranges[topic] else { continue }
      if index > 0 { bytes.append(ASCII.comma) }
      JSONText.append(topic, to: &bytes)
      bytes.append(contentsOf: ":[\(range.lowerBound),\(range.upperBound)]".utf8)
    }
    bytes.append(ASCII.closeBrace)
  }

  /// The times of the streams that this build knows.
  private static func times(_ stored: [String: String]) throws -> [JourneyModel.Stream: EventTime] {
    var times: [JourneyModel.Stream: EventTime] = [:]
    for (name, text) in stored {
      guard let stream = JourneyModel.Stream(name: name) else { continue }
      times[stream] = try time(text)
    }
    return times
  }

  private static func append(_ times: StreamTimes, to bytes: inout [UInt8]) {
    bytes.append(ASCII.openBrace)
    var isFirst = true
    for stream in JourneyModel.Stream.allCases {
      guard let time = times[stream] else { continue }
      if !isFirst { bytes.append(ASCII.comma) }
      isFirst = false
      bytes.append(contentsOf: "\"\(stream.name)\":\"\(time.iso8601)\"".utf8)
    }
    bytes.append(ASCII.closeBrace)
  }

  private static func ranges(_ stored: [String: [Int64]]) throws(CodecError) -> [String: Range<Int64>] {
    var ranges: [String: Range<Int64>] = [:]
    for (topic, range) in stored {
      guard range.count == 2, range[0] <= range[1] else { throw CodecError("journal range \(range)") }
      ranges[topic] = range[0]..<range[1]
    }
    return ranges
  }

  private static func append(_ marks: [LaneNumber: MessageMark], to bytes: inout [UInt8]) {
    let texts = marks.sorted { $0.key < $1.key }.map { "\"\($0)\":[\($1.sequence),\($1.index)]" }
    bytes.append(contentsOf: ",\"received\":{\(texts.joined(separator: ","))}".utf8)
  }

  private static func marks(_ stored: [String: [Int]]) throws(CodecError) -> [LaneNumber: MessageMark] {
    var marks: [LaneNumber: MessageMark] = [:]
    for (name, mark) in stored {
      guard let lane = Int32(name), lane >= 0, mark.count == 2, mark[0] >= 0, mark[1] >= 0 else {
        throw CodecError("journal mark \(mark) of lane \(name)")
      }
      marks[LaneNumber(lane)] = MessageMark(sequence: BatchSequence(mark[0]), index: mark[1])
    }
    return marks
  }

  private static func time(_ text: String) throws -> EventTime {
    guard let time = EventTime(iso8601: text) else { throw CodecError("journal time \(text)") }
    return time
  }

  private struct Stored: Decodable {
    var v: Int
    var lane: Int32
    var partitions: Int32
    var sequence: Int
    var ranges: [String: [Int64]]
    var lost: [String: [Int64]]?
    var recovered: Bool?
    var tick: String?
    var ticks: [String: String]?
    var takenAt: String
    var reducer: String
    var configuration: String
    var definitions: String?
    var models: String?
    var watermarks: [String: String]
    var received: [String: [Int]]?
    var counts: [String: Int]
    var usage: [String: [String: [Int]]]?
    var redoFrom: Int
    var outputs: String
    var state: String
  }
}
