internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Where a log's batches are read again: its journal and the inputs of each batch. Blocks; errors are
/// `LogError`s.
struct JournaledInputs {
  let log: any EventLog
  let reader: any PartitionReader
  let settings: LaneSettings
  let patience: Duration

  /// Throws if topics are missing, or have other partitions than the settings say.
  func check() throws {
    let topics = settings.topics
    let described = try log.describe(topics.consumed + [topics.journal])
    for topic in topics.consumed + [topics.journal] {
      guard let known = described[topic] else {
        throw LogError(.fatal, code: "unknownTopic", "topic '\(topic)' does not exist on \(log.name)")
      }
      guard known.partitions == settings.partitions else {
        throw LogError(
          .fatal, code: "partitionCountChanged",
          "topic '\(topic)' has \(known.partitions) partitions, the configuration says \(settings.partitions)"
        )
      }
    }
  }

  /// Throws if a lane that is read again holds more than it may beside a processor.
  static func check(_ held: Int, atMost maxValues: Int) throws(LogError) {
    guard held > maxValues else { return }
    throw LogError(
      .fatal, code: JournaledInputs.tooManyValues,
      "the lane holds more than \(maxValues) sessions and other values at once")
  }

  static let tooManyValues = "tooManyValues"

  /// The models that the journal names; `nil` for a log without the topic.
  private func models() throws -> ModelFeed? {
    let topic = settings.topics[.models]
    guard try log.describe([topic])[topic] != nil else { return nil }
    let feed = ModelFeed(reader: reader, topic: topic, patience: patience)
    try feed.refresh()
    return feed
  }

  /// A lane's batches, up to what is in its journal now.
  ///
  /// - Parameters:
  ///   - bundle: the definitions that are asked about.
  ///   - ofThen: whether each batch comes with the bundle that its journal record names.
  ///   - since: batches that were taken before are passed over.
  func batches(
    of lane: LaneNumber, under bundle: CompiledBundle, ofThen: Bool, since: EventTime? = nil
  ) throws -> JournaledBatches {
    let topics = settings.topics
    let journal = TopicPartition(topics.journal, lane: lane)
    // The journal's end first: the inputs of its batches are below the ends that are asked for afterwards.
    var bounds = try reader.bounds([journal])
    let inputs = topics.consumed.map { TopicPartition($0, lane: lane) }
    bounds.merge(try reader.bounds(inputs)) { first, _ in first }
    var bundles: DefinitionFeed?
    if ofThen {
      // Behind the journal's end as well: the bundles that it names are below.
      let feed = DefinitionFeed(
        reader: reader, topic: topics.definitions, settings: settings.sessions.rules, patience: patience)
      try feed.refresh()
      bundles = feed
    }
    let empty = PartitionBounds(earliest: NextOffset(0), end: NextOffset(0))
    func cursor(_ partition: TopicPartition) -> PartitionCursor {
      PartitionCursor(partition, bounds[partition] ?? empty, reader: reader, patience: patience)
    }
    return JournaledBatches(
      lane: lane, journal: cursor(journal), inputs: inputs.map(cursor), decoder: try InputDecoder(settings),
      configuration: settings.digest, bundle: bundle, bundles: bundles, models: try models(), since: since)
  }
}
