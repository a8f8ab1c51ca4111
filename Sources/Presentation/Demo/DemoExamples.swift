import EventLog
import JourneyModel
import JourneyRules
import Processor
import Sessionizer
import WireFormat

/// What the demo's processor learns from: examples of sessions that are over, made of a history by the
/// machines that lanes are, as a processor of then would have written them. The sessions themselves are not
/// in the log.
enum DemoExamples {
  /// Writes them.
  ///
  /// - Parameter start: when the demo starts.
  static func publish(
    to log: any EventLog, _ definitions: DefinitionBundle, _ settings: LaneSettings, before start: EventTime
  ) throws {
    let examples = try records(of: DemoHistory(before: start), definitions, settings, at: start)
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    _ = try publisher.send(examples)
  }

  /// The records for the topic `examples`.
  static func records(
    of history: DemoHistory, _ definitions: DefinitionBundle, _ settings: LaneSettings, at time: EventTime
  ) throws -> OutputBatch {
    guard let decoder = EventDecoder(limits: settings.decoding, partitions: settings.partitions) else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser")
    }
    let streams: [JourneyModel.Stream] = [.web, .conversation]
    let inputs = streams.map { stream in
      let topic = settings.topics.inputs[stream] ?? stream.name
      return decoder.decodeSorted(history.chunk(of: stream, topic: topic), stream: stream)
    }
    let compiled = CompiledBundle(definitions, settings: settings.sessions.rules)
    var past = settings
    // Only the examples are of interest.
    past.writesState = false
    let name = settings.topics[.examples]
    var examples = OutputBatch()
    for lane in LaneNumber.all(of: settings.partitions) {
      let machine = LaneMachine(lane: lane, settings: past, configuration: "history")
      let parts = inputs.compactMap { $0.part(of: lane, $0.times.indices) }
      var records = OutputBatch()
      _ = machine.reduce(LaneBatch(takenAt: time, inputs: parts, definitions: compiled), into: &records)
      for entry in records.entries where records.topics[entry.topic] == name {
        let value = entry.value.map { Array(records.bytes[$0.indices]) }
        examples.append(name, partition: lane.partition, key: nil, value: value)
      }
    }
    return examples
  }
}
