package import EventLog
package import JourneyModel
package import JourneyRules
package import Predictions
package import Processor
package import WireFormat

/// One lane machine that takes batches as JSON by topic. Times are milliseconds after `start`.
package final class LaneHarness {
  package static let start: Int64 = 1_767_600_000_000
  package static let lane: LaneNumber = 1

  /// A record as a log would hold it.
  package struct Written: Equatable {
    package var topic: String
    package var partition: Int32
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: HeaderBlock?

    package var text: String { String(decoding: value ?? [], as: UTF8.self) }
  }

  package let machine: LaneMachine
  private let decoder: EventDecoder
  private var offsets: [String: Int64] = [:]
  /// Everything written so far, batch by batch.
  package private(set) var written: [Written] = []
  package private(set) var journals: [JournalRecord] = []

  package init(_ settings: LaneSettings = LaneHarness.settings()) throws {
    machine = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
    guard let decoder = EventDecoder(limits: settings.decoding, partitions: settings.partitions) else {
      throw CodecError("no memory")
    }
    // As lanes have it.
    decoder.locatesMalformed = false
    self.decoder = decoder
  }

  package static func settings(_ change: (inout LaneSettings) -> Void = { _ in }) -> LaneSettings {
    var settings = LaneSettings()
    settings.partitions = 4
    change(&settings)
    return settings
  }

  /// The customers of a lane, in order.
  package static func customer(_ number: Int = 0, of lane: LaneNumber = LaneHarness.lane) -> String {
    var found = -1
    for candidate in 0... {
      let name = "customer\(candidate)"
      guard Placement.lane(of: name.utf8, partitions: 4) == lane else { continue }
      found += 1
      if found == number { return name }
    }
    return ""
  }

  package static func event(
    _ id: String, at time: Int64, of customer: String = LaneHarness.customer(),
    name: String = "object_clicked",
    _ more: String = ""
  ) -> String {
    "{\"id\":\"\(id)\",\"eventName\":\"\(name)\",\"createdDate\":\(start + time),\"customerId\":\"\(customer)\"\(more)}"
  }

  /// Decodes records of one topic, each with its key and headers.
  package func input(
    _ topic: String, _ values: [String?], key: [UInt8]? = nil, headers: HeaderBlock? = nil,
    stream: Stream? = nil
  ) -> DecodedChunk {
    let first = offsets[topic, default: 0]
    var chunk = RecordChunk(source: TopicPartition(topic, lane: LaneHarness.lane), next: NextOffset(first))
    for (number, value) in values.enumerated() {
      chunk.append(
        offset: RecordOffset(first + Int64(number)), timestamp: -1, key: key,
        value: value.map { Array($0.utf8) },
        headers: headers)
    }
    chunk.seal()
    offsets[topic] = first + Int64(values.count)
    return decoder.decode(chunk, stream: stream ?? Stream(name: topic) ?? .web)
  }

  /// Reduces a batch and keeps what it wrote.
  @discardableResult
  package func reduce(
    _ inputs: [DecodedChunk], takenAt: Int64 = 0, tick: Int64? = nil, definitions: CompiledBundle? = nil,
    models: ModelSet = .empty
  ) -> [Written] {
    let batch = LaneBatch(
      takenAt: EventTime(milliseconds: LaneHarness.start + takenAt), inputs: inputs,
      tick: StreamTimes(every: tick.map { EventTime(milliseconds: LaneHarness.start + $0) }),
      definitions: definitions, models: models)
    var records = OutputBatch()
    journals.append(machine.reduce(batch, into: &records))
    let new = LaneHarness.read(records)
    written += new
    return new
  }

  /// Reduces web events.
  @discardableResult
  package func web(_ events: String..., takenAt: Int64 = 0) -> [Written] {
    reduce([input("web", events)], takenAt: takenAt)
  }

  package static func read(_ records: OutputBatch) -> [Written] {
    func copy(_ range: ByteSlice?) -> [UInt8]? { range.map { Array(records.bytes[$0.indices]) } }
    return records.entries.map { entry in
      Written(
        topic: records.topics[entry.topic], partition: entry.partition, key: copy(entry.key),
        value: copy(entry.value),
        headers: copy(entry.headers).map { HeaderBlock(bytes: $0) })
    }
  }
}

extension [LaneHarness.Written] {
  package func of(_ topic: String) -> [LaneHarness.Written] { filter { $0.topic == topic } }
}
