internal import EventLog

/// A topic and its partitions.
struct SimulatedTopic: Sendable {
  let specification: TopicSpecification
  var partitions: [SimulatedPartition]

  init(_ specification: TopicSpecification) {
    self.specification = specification
    partitions = Array(repeating: SimulatedPartition(), count: Int(specification.partitions))
  }
}
