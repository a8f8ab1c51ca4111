internal import EventLog

extension Conformance {
  static let closingCases: [ConformanceCase] = [
    ConformanceCase("close is idempotent", requires: [.publish]) { scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<1, to: topic)
      let member = try scene.member(topics: [topic])
      try member.read(1)
      let producer = try scene.producer()
      let publisher = try scene.log.makePublisher()
      let reader = try scene.log.makeReader()
      for _ in 0..<2 {
        member.consumer.close()
        producer.close()
        publisher.close()
        reader.close()
      }
    },
    ConformanceCase("calls after close are refused", requires: [.publish]) { scene in
      let topic = try scene.topic()
      let member = try scene.member(topics: [topic])
      let producer = try scene.producer()
      let publisher = try scene.log.makePublisher()
      let reader = try scene.log.makeReader()
      member.consumer.close()
      producer.close()
      publisher.close()
      reader.close()
      try expectLogError("poll") { try member.poll() }
      try expectLogError("begin") { try producer.begin() }
      try expectLogError("send") { try publisher.send(scene.batch(topic, value: "late")) }
      try expectLogError("bounds") { _ = try reader.bounds([TopicPartition(topic, 0)]) }
    },
    ConformanceCase("closing a producer drops its open transaction", requires: [.atomicTransactions]) {
      scene in
      let topic = try scene.topic("out")
      let producer = try scene.producer()
      try producer.begin()
      try producer.produce(scene.batch(topic, value: "never"))
      try producer.flush()
      producer.close()
      try expectEqual(try scene.contents(of: topic).map(\.text), [], "values")
    },
    ConformanceCase("a member that closes lets the next one in", requires: [.publish]) { scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<2, to: topic)
      let first = try scene.member("first", topics: [topic])
      try first.read(2)
      first.consumer.close()
      let second = try scene.member("second", topics: [topic])
      defer { second.consumer.close() }
      try second.read(2)
      try expectEqual(second.texts, ["0", "1"], "values")
    },
  ]
}
