import EventLog
import JourneyModel
import SimulatedLog
import Testing
import WireFormat

@testable import SessionQueries

@Suite struct SessionTopicTests {
  private let log = SimulatedLog(seed: 3)
  private let topic = TopicSpecification(name: "sessions", partitions: 4)

  private func publish(_ name: String, key: String, value: String, partition: Int32 = -1) throws {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    batch.append(name, partition: partition, key: Array(key.utf8), value: Array(value.utf8))
    try publisher.send(batch)
  }

  /// A customer's sessions are in one partition, unless conversations have come in, which their own id
  /// places.
  @Test func aCustomersSessionsAreReadFromOnePartition() throws {
    try log.create([topic, TopicSpecification(name: "conversation", partitions: 4)])
    let sessions = SessionTopic(log: log, topic: topic)
    for customer in ["ada", "sam@example.com", "+353871234567"] {
      let lane = Placement.lane(of: Array(customer.utf8), partitions: 4)
      #expect(try sessions.lanes(of: customer, conversations: "conversation") == [lane])
      #expect(try sessions.lanes(of: customer, conversations: "none") == [lane])
    }
    try publish("conversation", key: "c", value: "{}")
    #expect(try sessions.lanes(of: "ada", conversations: "conversation") == nil)
  }

  @Test func onlyTheGivenPartitionsAreRead() throws {
    try log.create([topic])
    for lane in LaneNumber.all(of: 4) {
      try publish("sessions", key: "s\(lane)", value: "{}", partition: lane.partition)
    }
    let sessions = SessionTopic(log: log, topic: topic)
    func keys(_ lanes: [LaneNumber]?) throws -> [String] {
      var keys: [String] = []
      try sessions.read(lanes: lanes) { keys.append($0.key) }
      return keys.sorted()
    }
    #expect(try keys(nil) == ["s0", "s1", "s2", "s3"])
    #expect(try keys([2]) == ["s2"])
    #expect(try keys([]) == [])
  }
}
