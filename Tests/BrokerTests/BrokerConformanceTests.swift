internal import EventLog
internal import LogConformance
internal import Testing
internal import Threads

/// The whole conformance suite on a real broker. `Broker` says how to give one.
@Suite(.enabled(if: Broker.isGiven, Broker.hint)) struct BrokerConformanceTests {
  @Test(arguments: Conformance.cases) func conforms(_ conformanceCase: ConformanceCase) async throws {
    try await onOwnThread {
      let subject = Self.subject(for: conformanceCase)
      try conformanceCase.run(subject)
      try BrokerAdministrator().deleteTopics(prefix: subject.prefix)
    }
  }

  @Test func everyCaseApplies() throws {
    let subject = Self.subject(for: try #require(Conformance.cases.first))
    #expect(Conformance.cases(for: subject).count == Conformance.cases.count)
  }

  static func subject(for conformanceCase: ConformanceCase) -> LogUnderTest {
    var properties = [
      // A static member that was closed stays in its group for this long. Brokers allow no less by default.
      "session.timeout.ms": "6000",
      // Room for records of 1 MiB.
      "message.max.bytes": "2097152",
    ]
    if conformanceCase.requires.contains(.ownerExpiry) {
      // Not below the session's; and the open transaction has to outlive both.
      properties["max.poll.interval.ms"] = "6000"
      properties["transaction.timeout.ms"] = "60000"
    }
    let fixed = properties
    let compaction = Compaction()
    var subject = LogUnderTest(
      name: "kafka", supports: Set(Capability.allCases), prefix: Broker.freshPrefix(),
      pollTimeout: .milliseconds(100), patience: .seconds(90)
    ) { try Broker.makeLog(fixed) }
    subject.prepareTopic = { log, topic in try log.create([compaction.prepare(topic)]) }
    subject.compact = { log in try compaction.force(log) }
    subject.removeRecords = { _, positions in try BrokerAdministrator().removeRecords(before: positions) }
    subject.expireOwner = { _, group, _ in
      // Its client stops the heartbeats when nobody has polled for `max.poll.interval.ms`; the session ends
      // after.
      let administrator = try BrokerAdministrator()
      try waitBlocking(until: "the end of the owner's session") {
        try administrator.memberCount(of: group) == 0
      }
    }
    return subject
  }
}
