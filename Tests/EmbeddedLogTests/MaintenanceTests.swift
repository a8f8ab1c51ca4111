internal import EmbeddedLog
internal import EventLog
internal import Testing

@Suite struct MaintenanceTests {
  private let file: TemporaryFile
  private let clock = ManualClock()
  private let log: EmbeddedLog

  init() throws {
    file = try TemporaryFile()
    log = try EmbeddedLog(path: file.path, configuration: clock.configuration())
  }

  private func createTopic(_ settings: [String: String]) throws {
    try log.create([TopicSpecification(name: "in", partitions: 1, settings: settings)])
  }

  @Test func retentionRemovesWhatIsTooOld() throws {
    try createTopic(["retention.ms": "5000"])
    try Steps.publish(0..<3, of: log)
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(5))
    try Steps.publish(3..<5, of: log)
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(1))
    #expect(try log.compact().expired == 3)
    #expect(try Steps.contents(in: log).map(\.offset) == [3, 4])
    let source = TopicPartition("in", 0)
    let reader = try log.makeReader()
    let error = try #require(
      Steps.logError {
        try reader.read(source, from: NextOffset(1), to: NextOffset(5), patience: .zero) { _ in true }
      })
    #expect(error.reaction == .fatal && error.message.contains("offset 1"))
    #expect(
      error.message.contains("earliest retained offset 3") && error.message.contains("removed 2 records"))
  }

  @Test func offsetsAreNotGivenAgainAfterEverythingExpired() throws {
    try createTopic(["retention.ms": "1000"])
    try Steps.publish(0..<4, of: log)
    try log.compact()
    clock.advance(by: .seconds(2))
    #expect(try log.compact().expired == 4)
    let source = TopicPartition("in", 0)
    let bounds = try log.makeReader().bounds([source])[source]
    #expect(bounds == PartitionBounds(earliest: NextOffset(4), end: NextOffset(4)))
    try Steps.publish(4..<5, of: log)
    #expect(try Steps.contents(in: log).map(\.offset) == [4])
  }

  @Test func retentionKeepsAPartitionBelowItsBytes() throws {
    try createTopic(["retention.bytes": "4"])
    try Steps.publish(0..<10, of: log)
    #expect(try log.compact().expired == 6)
    #expect(try Steps.contents(in: log).map(\.value) == ["6", "7", "8", "9"])
    #expect(try log.compact().removed == 0)
  }

  @Test func withoutSettingsEverythingStays() throws {
    try createTopic(["retention.ms": "-1", "retention.bytes": "-1"])
    try Steps.publish(0..<10, of: log)
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(400 * 86_400))
    #expect(try log.compact().removed == 0)
  }

  @Test func eachCallIsBounded() throws {
    try createTopic(["retention.ms": "0"])
    try Steps.publish(0..<10, of: log)
    try log.compact()
    clock.advance(by: .seconds(1))
    var calls: [Int] = []
    var report = CompactionReport()
    repeat {
      report = try log.compact(maxRecords: 4)
      calls.append(report.removed)
    } while report.hasMore
    #expect(calls == [4, 4, 2])
  }

  @Test func aBoundedCallGoesOnWhereTheLastOneStopped() throws {
    for topic in ["a", "b", "c"] {
      try log.create([TopicSpecification(name: topic, partitions: 1, settings: ["cleanup.policy": "compact"])]
      )
      try Steps.publish((0..<6).map { ("key", "\($0)") }, to: topic, of: log)
    }
    for _ in 0..<6 { try log.compact(maxRecords: 3) }
    for topic in ["a", "b", "c"] {
      #expect(try Steps.contents(of: topic, in: log).map(\.value) == ["5"])
    }
  }

  @Test func compactionKeepsTheNewestHoweverItIsCut() throws {
    try createTopic(["cleanup.policy": "compact"])
    let keys = (0..<60).map { "key-\($0 * 7 % 13)" }
    var newest: [String: String] = [:]
    for start in stride(from: 0, to: 60, by: 15) {
      let records = (start..<start + 15).map { (key: keys[$0], value: Optional("\($0)")) }
      try Steps.publish(records, to: "in", of: log)
      for record in records { newest[record.key] = record.value }
      try log.compact(maxRecords: 4)
    }
    while try log.compact(maxRecords: 4).hasMore {}
    let found = try Steps.contents(in: log)
    #expect(Set(found.map(\.value)) == Set(newest.values.map { Optional($0) }) && found.count == newest.count)
    #expect(found.allSatisfy { "\($0.offset)" == $0.value })
  }

  @Test func tombstonesStayForTheirTime() throws {
    try createTopic(["cleanup.policy": "compact", "delete.retention.ms": "60000"])
    try Steps.publish([("a", "1"), ("b", "1"), ("a", nil)], to: "in", of: log)
    #expect(try log.compact().superseded == 1)
    #expect(try Steps.contents(in: log).map(\.offset) == [1, 2])
    clock.advance(by: .seconds(60))
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(1))
    #expect(try log.compact().tombstones == 1)
    #expect(try Steps.contents(in: log).map(\.offset) == [1])
    // The key is new again, and the offsets go on.
    try Steps.publish([("a", "2")], to: "in", of: log)
    #expect(try log.compact().removed == 0)
    #expect(try Steps.contents(in: log).map(\.offset) == [1, 3])
  }

  @Test func bothPoliciesWorkTogether() throws {
    try createTopic(["cleanup.policy": "compact,delete", "retention.ms": "5000"])
    try Steps.publish([("a", "1"), ("b", "1"), ("a", "2")], to: "in", of: log)
    #expect(try log.compact().superseded == 1)
    clock.advance(by: .seconds(6))
    #expect(try log.compact().expired == 2)
    try Steps.publish([("a", "3")], to: "in", of: log)
    #expect(try log.compact().removed == 0)
    #expect(try Steps.contents(in: log).map(\.value) == ["3"])
  }

  @Test func aConsumerBelowTheEarliestRecordStopsWithTheNumbers() throws {
    try createTopic([:])
    try Steps.publish(0..<10, of: log)
    let consumer = try Steps.member("consumer", of: log)
    _ = try consumer.poll(FetchLimits(maxRecords: 2, maxBytes: 1_000, timeout: .zero)) { _ in }
    try log.removeRecords(before: [TopicPartition("in", 0): NextOffset(7)])
    let error = try #require(Steps.logError { try Steps.poll(consumer) })
    #expect(error.reaction == .fatal && error.code == "offsetOutOfRange")
    #expect(error.message.contains("offset 2") && error.message.contains("offset 7"))
  }

  @Test func aCompactedTopicTakesNoRecordWithoutAKey() throws {
    try createTopic(["cleanup.policy": "compact"])
    #expect(Steps.logError { try Steps.publish(0..<1, of: log) }?.code == "keyMissing")
  }
}
