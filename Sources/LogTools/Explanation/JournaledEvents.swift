package import EventLog
package import JourneyModel
package import JourneyRules
package import Processor
internal import Sessionizer
internal import WireFormat

/// Explains from a log: reads a lane's journal and the inputs of each batch again, so that events are
/// admitted in the order, and timers moved at the moments, in which the processor did. Writes nothing, and
/// may run beside it.
///
/// Blocks; errors are `LogError`s.
package struct JournaledEvents: Sendable {
  /// Which definitions the batches are reduced under.
  package enum Basis: Sendable {
    /// Each batch under those that the processor had, by the journal.
    case bundlesOfThen
    /// All under the bundle that is given: what that would have made of them.
    case givenBundle
  }

  private let log: any EventLog
  private var settings: LaneSettings
  private let patience: Duration

  package init(log: any EventLog, settings: LaneSettings, patience: Duration = .seconds(60)) {
    self.log = log
    self.settings = settings
    // Triggers age by the journal's clock, as they did when they were live.
    self.settings.writesState = true
    self.patience = patience
  }

  /// Explains a definition of a bundle in a session.
  ///
  /// - Parameter bundle: has the definition that is asked for; with `.bundlesOfThen`, the one in force, which
  ///   stands in for those that are gone.
  /// - Returns: `nil` if no event of the session is retained, and what limits the answer.
  package func explain(
    _ definition: Definition, of bundle: CompiledBundle, by basis: Basis, session: SessionID,
    customer: Explanation.Customer, lane: Int32
  ) throws -> (explanation: Explanation?, notes: [String]) {
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
    let reader = try log.makeReader()
    defer { reader.close() }
    let journal = TopicPartition(topics.journal, lane)
    // The journal's end first: the inputs of its batches are below the ends that are asked for afterwards.
    var bounds = try reader.bounds([journal])
    let inputs = topics.consumed.map { TopicPartition($0, lane) }
    bounds.merge(try reader.bounds(inputs)) { first, _ in first }
    var bundles: DefinitionFeed?
    if basis == .bundlesOfThen {
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
    let explainer = LaneExplainer(
      definition, of: bundle, session: session, customer: customer, lane: lane, settings: settings)
    var batches = JournaledBatches(
      lane: lane, journal: cursor(journal), inputs: inputs.map(cursor), decoder: try InputDecoder(settings),
      configuration: settings.digest, bundle: bundle, bundles: bundles)
    while let batch = try batches.next() { explainer.reduce(batch) }
    return (explainer.explanation(), batches.notes)
  }
}
