internal import EventLog
internal import KafkaLog
internal import Testing
internal import Threads

/// What a broker says of topics right after they were changed. `Broker` says how to give a broker.
@Suite(.enabled(if: Broker.isGiven, Broker.hint)) struct TopicSettingsTests {
  /// A broker hears of a change later than whoever asked for it: `topics plan` behind `topics apply` would
  /// find it still to be made.
  @Test func aChangeIsInForceOnceItIsMade() async throws {
    try await onOwnThread {
      let topic = Broker.freshPrefix() + "journal"
      let log = try Broker.makeLog()
      let kept = ["cleanup.policy": "delete", "retention.ms": "1000", "segment.bytes": "1048576"]
      try log.create([TopicSpecification(name: topic, partitions: 1, settings: kept)])
      defer { try? BrokerAdministrator().deleteTopics(prefix: topic) }
      for round in 1...20 {
        let wanted = round.isMultiple(of: 2) ? "1000" : "-1"
        try log.alter(topic, ["retention.ms": wanted])
        let found = try log.describe([topic])[topic]?.settings
        #expect(found?["retention.ms"] == wanted, "round \(round)")
        // What nobody asked to change.
        #expect(found?["segment.bytes"] == "1048576")
      }
    }
  }
}
