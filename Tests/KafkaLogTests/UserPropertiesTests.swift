import EventLog
import Logging
import Testing

@testable import KafkaLog

@Suite struct UserPropertiesTests {
  @Test(arguments: UserProperties.refusals.keys.sorted())
  func refusesWhatBreaksAGuarantee(key: String) throws {
    let error = try #require(throws: LogError.self) { try UserProperties([key: "1"]) }
    #expect(error.reaction == .fatal)
    #expect(error.message.contains("'\(key)'"))
  }

  @Test func refusalsNameTheImportantOnes() {
    for key in [
      "isolation.level", "enable.auto.commit", "transactional.id", "group.id", "group.instance.id",
      "enable.idempotence", "partition.assignment.strategy", "enable.auto.offset.store", "auto.offset.reset",
      "acks", "partitioner", "bootstrap.servers",
    ] {
      #expect(UserProperties.refusals[key] != nil, "\(key)")
    }
  }

  @Test func passesTheRestThrough() throws {
    let properties = try UserProperties(["session.timeout.ms": "6000", "client.rack": "a"])
    #expect(properties["client.rack"] == "a")
    let settings = ClientSettings.publisher(brokers: "b:1", user: properties)
    #expect(settings["session.timeout.ms"] == "6000")
    #expect(settings["enable.idempotence"] == "true")
    #expect(settings["bootstrap.servers"] == "b:1")
  }

  @Test func anUnknownPropertyIsNamedWithoutItsValue() throws {
    let error = try #require(throws: LogError.self) { try UserProperties(["lingr.ms": "5"]) }
    #expect(error.reaction == .fatal)
    #expect(error.message.contains("lingr.ms"))
    // It may be a misspelt secret.
    #expect(!error.message.contains("'5'"))
    #expect(error.message.contains("No such configuration property"))
  }

  @Test func anInvalidValueSaysWhatIsAllowed() throws {
    let error = try #require(throws: LogError.self) { try UserProperties(["linger.ms": "soon"]) }
    #expect(error.message.contains("linger.ms"))
    #expect(error.message.contains("soon"))
  }

  @Test(arguments: ["my.password", "a.SECRET", "some.token", "ssl.keyx"])
  func neverShowsASecret(key: String) throws {
    #expect(UserProperties.isSecret(key))
    let error = try #require(throws: LogError.self) { try UserProperties([key: "hunter2"]) }
    #expect(!error.message.contains("hunter2"))
    #expect(error.message.contains("(hidden)"))
  }

  @Test func anOperatorsValueReplacesADefaultButNoGuarantee() throws {
    let user = try UserProperties(["linger.ms": "20", "transaction.timeout.ms": "30000"])
    let settings = ClientSettings.transactions(brokers: "b:1", user: user, id: "t")
    #expect(settings["linger.ms"] == "20")
    #expect(settings["transaction.timeout.ms"] == "30000")
    #expect(settings["transactional.id"] == "t")
  }

  /// docs/design/bounds.md lists these; every one of them is set, and none is librdkafka's own default by
  /// accident.
  @Test func theBoundsOfMemoryAreTheStatedOnes() throws {
    let user = try UserProperties([:])
    let membership = ConsumerConfiguration(group: "g", instance: "i", topics: ["t"])
    let fetching = [
      "queued.min.messages": "100000", "queued.max.messages.kbytes": "65536",
      "fetch.message.max.bytes": "1048576", "fetch.max.bytes": "16777216",
    ]
    for settings in [
      ClientSettings.member(brokers: "b:1", user: user, configuration: membership),
      .reader(brokers: "b:1", user: user), .observer(brokers: "b:1", user: user),
    ] {
      for (key, value) in fetching { #expect(settings[key] == value, "\(key)") }
    }
    for settings in [
      ClientSettings.transactions(brokers: "b:1", user: user, id: "t"),
      .publisher(brokers: "b:1", user: user),
    ] {
      #expect(settings["queue.buffering.max.messages"] == "100000")
      #expect(settings["queue.buffering.max.kbytes"] == "65536")
    }
    // librdkafka takes them.
    let scratch = ConfigurationHandle()
    for (key, value) in ClientBounds.fetching + ClientBounds.writing { try scratch.set(key, value) }
    let smaller = try UserProperties(["queued.max.messages.kbytes": "1024"])
    #expect(ClientSettings.reader(brokers: "b:1", user: smaller)["queued.max.messages.kbytes"] == "1024")
  }

  @Test func largeMessagesWidenTheFetch() throws {
    let user = try UserProperties(["message.max.bytes": "33554432"])
    let settings = ClientSettings.reader(brokers: "b:1", user: user)
    #expect(settings["fetch.max.bytes"] == "33554432")
  }

  @Test func theLogChecksAtOnce() throws {
    let error = try #require(throws: LogError.self) {
      _ = try KafkaLog(brokers: "b:1", properties: ["group.id": "x"], logger: .init(label: "test"))
    }
    #expect(error.code == "property")
    let empty = try #require(throws: LogError.self) {
      _ = try KafkaLog(brokers: " , ", properties: [:], logger: .init(label: "test"))
    }
    #expect(empty.code == "brokers")
  }
}
