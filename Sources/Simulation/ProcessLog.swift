internal import EventLog
internal import SimulatedLog

/// The simulated log as one process sees it.
struct ProcessLog: EventLog {
  private let view: ProcessView

  init(_ view: ProcessView) { self.view = view }

  var name: String { view.log.name }

  func describe(_ topics: [String]) throws -> [String: TopicSpecification] { try view.log.describe(topics) }

  func create(_ topics: [TopicSpecification]) throws { try view.log.create(topics) }

  func makeConsumer(_ configuration: ConsumerConfiguration) throws -> any GroupConsumer {
    try view.request(.poll) {
      ProcessConsumer(try view.log.makeConsumer(configuration), group: configuration.group, view: view)
    }
  }

  func makeTransactionalProducer(id: String) throws -> any TransactionalProducer {
    ProcessProducer(try view.log.makeTransactionalProducer(id: id), view: view)
  }

  func makePublisher() throws -> any Publisher { try view.log.makePublisher() }

  func committedOffsets(
    group: String, of partitions: [TopicPartition]
  ) throws -> [TopicPartition: NextOffset?] {
    try view.request(.committed) { try view.log.committedOffsets(group: group, of: partitions) }
  }

  var retainsInputs: Bool { view.log.retainsInputs }

  func release(before positions: [TopicPartition: NextOffset], history: Duration) throws {
    try view.request(.readBounds) { try view.log.release(before: positions, history: history) }
  }

  func makeReader() throws -> any PartitionReader { ProcessReader(try view.log.makeReader(), view: view) }
}
