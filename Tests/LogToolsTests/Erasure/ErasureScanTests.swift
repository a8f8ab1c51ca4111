import EventLog
import LogTools
import SimulatedLog
import Testing
import WireFormat

/// What is left of somebody, found by topic.
@Suite struct ErasureScanTests {
  private let log = SimulatedLog(seed: 1)

  private func topic(_ name: String, _ settings: [String: String]) throws -> TopicSpecification {
    let topic = TopicSpecification(name: name, partitions: 2, settings: settings)
    try log.create([topic])
    return topic
  }

  private func publish(_ topic: String, _ records: [(key: String?, value: String?)]) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    for record in records {
      batch.append(
        topic, partition: 1, key: record.key.map { Array($0.utf8) },
        value: record.value.map { Array($0.utf8) })
    }
    try publisher.send(batch)
  }

  private func scan(_ topic: TopicSpecification, _ values: String...) throws -> ErasureScan.Finding {
    try ErasureScan(log: log, values: values).scan(topic)
  }

  @Test func ofACompactedTopicTheNewestOfAKeyCounts() throws {
    let topic = try topic("sessions", ["cleanup.policy": "compact"])
    try publish("sessions", [("s1", #"{"customerId":"Ada@example.com"}"#), ("s2", #"{"customerId":"bob"}"#)])
    var finding = try scan(topic, "ada@example.com")
    #expect(finding.read == 2 && finding.standing == 1 && finding.replaced == 0)
    #expect(finding.verdict(at: 0) == .found && finding.verdict(at: 0).isProblem)
    try publish("sessions", [("s1", nil)])
    finding = try scan(topic, "ada@example.com")
    #expect(finding.standing == 0 && finding.replaced == 1)
    #expect(finding.verdict(at: .max) == .awaitsCompaction && !finding.verdict(at: .max).isProblem)
    #expect(try scan(topic, "carl@example.com").verdict(at: 0) == .clean)
  }

  @Test func ofOthersAgeDecides() throws {
    let topic = try topic("web", ["cleanup.policy": "delete", "retention.ms": "1000"])
    try publish("web", [("c-1", #"{"traits":{"email":"ada@example.com"}}"#), ("ada@example.com", "{}")])
    let finding = try scan(topic, "ADA@example.com")
    let newest = try #require(finding.newest)
    #expect(finding.standing == 2 && finding.goneAt == newest + 1_000)
    #expect(finding.verdict(at: newest + 999) == .expires)
    #expect(finding.verdict(at: newest + 1_000) == .overdue && finding.verdict(at: newest + 1_000).isProblem)
    let kept = try self.topic("journal", ["cleanup.policy": "delete", "retention.ms": "-1"])
    try publish("journal", [(nil, "ada@example.com")])
    #expect(try scan(kept, "ada@example.com").verdict(at: .max) == .kept)
  }

  @Test func textsAreFoundAsJSONHasThemAndWithinWhatIsCompressed() throws {
    let scan = ErasureScan(log: log, values: [#"a"b"#, "zz", ""])
    #expect(scan.contains(Array(#"{"name":"A\"B"}"#.utf8)) && scan.contains(Array(#"a"b"#.utf8)))
    #expect(scan.contains(Array("zzz".utf8)) && !scan.contains(Array("z".utf8)) && !scan.contains([]))
    let value = Compression.compress(Array(repeating: UInt8(ascii: "y"), count: 100) + Array("zz".utf8))
    #expect(ErasureScan.state(value).map { scan.contains($0) } == true)
    #expect(ErasureScan.redo([0xff]) == nil)
  }
}
