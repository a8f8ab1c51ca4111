internal import EventLog
internal import LogConformance
internal import Testing
internal import Threads

/// The part of the suite that librdkafka's mock brokers can show. All of it runs on a real broker, in
/// `BrokerTests`.
@Suite struct KafkaConformanceTests {
  /// What the mock cannot show, as found by running everything on the one of librdkafka 2.0.2.
  static let missing: Set<Capability> = [
    // It marks no record as belonging to a transaction: a reader gets those of open and aborted ones at once.
    .atomicTransactions,
    // It accepts offsets sent in a transaction and forgets them.
    .transactionalOffsets,
    // It commits for every producer and every member, the newest or not; so expiring an owner shows nothing
    // either.
    .fencing, .ownerExpiry,
    // It has no controller to create or describe topics, and makes up every topic that is asked for. Its own
    // call creates them instead.
    .topicAdmin,
    // It knows neither compaction nor the removal of records, nor limits of topics.
    .compaction, .recordRemoval, .recordLimit,
  ]

  static let capabilities = Set(Capability.allCases).subtracting(missing)

  static let cases = Conformance.cases.filter { $0.requires.isSubset(of: capabilities) }

  @Test(arguments: cases) func conforms(_ conformanceCase: ConformanceCase) async throws {
    // A cluster for each case, so that all of them can wait at once: the mock's coordinator takes three
    // seconds before it hands out partitions for the first time.
    let cluster = try #require(MockCluster())
    var subject = LogUnderTest(
      name: "mock", supports: Self.capabilities, pollTimeout: .milliseconds(50), patience: .seconds(60)
    ) {
      // The shortest session, as a closed static member stays in its group until then; and room for records
      // of 1 MiB.
      try cluster.makeLog(["session.timeout.ms": "6000", "message.max.bytes": "2097152"])
    }
    subject.prepareTopic = { _, topic in cluster.makeTopic(topic.name, partitions: topic.partitions) }
    let prepared = subject
    try await onOwnThread { try conformanceCase.run(prepared) }
  }
}
