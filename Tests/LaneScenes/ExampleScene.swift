internal import EventLog
internal import JourneyModel
package import JourneyRules
internal import Processor
internal import SeededGenerator
internal import WireFormat

/// What lanes write of sessions that are over, from any number of lanes, in batches that end anywhere.
package enum ExampleScene {
  /// The records of `examples`, lane by lane.
  ///
  /// - Parameters:
  ///   - lines: web events; every lane sees all of them, and takes its own.
  ///   - seed: of the cuts; `nil` for one batch.
  package static func records(
    _ lines: [String], lanes: Int32, cutBy seed: UInt64?, _ definitions: CompiledBundle
  ) throws -> [LaneHarness.Written] {
    var records: [LaneHarness.Written] = []
    for number in LaneNumber.all(of: lanes) {
      var settings = LaneSettings()
      settings.partitions = lanes
      let machine = LaneMachine(lane: number, settings: settings, configuration: "c0ffee")
      let decoder = try InputDecoder(settings)
      var generator = SeededGenerator(seed: seed ?? 0)
      var rest = lines[...]
      var offset: Int64 = 0
      while !rest.isEmpty {
        let count = seed == nil ? rest.count : min(rest.count, Int(generator.pick(1...400)))
        var chunk = RecordChunk(source: TopicPartition("web", lane: number), next: NextOffset(offset))
        for line in rest.prefix(count) {
          chunk.append(offset: RecordOffset(offset), timestamp: -1, key: nil, value: Array(line.utf8))
          offset += 1
        }
        chunk.seal()
        rest = rest.dropFirst(count)
        var output = OutputBatch()
        let work = LaneWork(
          lane: number, takenAt: EventTime(milliseconds: LaneHarness.start + 31_536_000_000), chunks: [chunk],
          positions: [:], definitions: definitions)
        _ = machine.reduce(decoder.decode(work), into: &output)
        records += LaneHarness.read(output).of("examples")
      }
    }
    return records
  }
}
