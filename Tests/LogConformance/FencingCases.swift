internal import EventLog

extension Conformance {
  static let fencingCases: [ConformanceCase] = [
    ConformanceCase("a newer producer fences its predecessor", requires: [.fencing, .atomicTransactions]) {
      scene in
      let topic = try scene.topic("out")
      let zombie = try scene.producer()
      defer { zombie.close() }
      try zombie.begin()
      try zombie.produce(scene.batch(topic, value: "zombie"))
      try zombie.flush()

      let successor = try scene.producer()
      defer { successor.close() }
      try expectLogError("the zombie's commit", [.ownershipLost, .abortAndRewind, .fatal]) {
        try zombie.flush()
        try zombie.commit()
      }
      try successor.begin()
      try successor.produce(scene.batch(topic, value: "successor"))
      try successor.flush()
      try successor.commit()
      try expectEqual(try scene.contents(of: topic).map(\.text), ["successor"], "values")
    },
    ConformanceCase(
      "a newer producer ends what its predecessor left open", requires: [.fencing, .atomicTransactions]
    ) {
      scene in
      let topic = try scene.topic("out")
      var killed: (any TransactionalProducer)? = try scene.producer()
      try killed?.begin()
      try killed?.produce(scene.batch(topic, value: "torn"))
      try killed?.flush()
      // Dropped without `close`: what a killed process leaves behind.
      killed = nil
      let successor = try scene.producer()
      defer { successor.close() }
      try expectEqual(try scene.contents(of: topic).map(\.text), [], "values up to the high watermark")
    },
    ConformanceCase(
      "an owner that was taken for dead cannot commit",
      requires: [.ownerExpiry, .atomicTransactions, .transactionalOffsets, .publish]
    ) { scene in
      let input = try scene.topic()
      let output = try scene.topic("out")
      let source = TopicPartition(input, 0)
      try scene.publishNumbers(0..<5, to: input)
      let stale = try scene.member("stale", topics: [input])
      defer { stale.consumer.close() }
      try stale.read(5)
      let producer = try scene.producer("stale-producer")
      defer { producer.close() }
      try producer.begin()
      try producer.produce(scene.batch(output, value: "stale"))
      try producer.flush()

      guard let expireOwner = scene.subject.expireOwner else {
        throw ConformanceFailure("expireOwner is missing")
      }
      try expireOwner(scene.log, scene.group, scene.name("stale"))
      let fresh = try scene.member("fresh", topics: [input])
      defer { fresh.consumer.close() }
      try fresh.read(5)

      let error = try expectLogError("the stale owner's commit", [.ownershipLost, .abortAndRewind]) {
        try producer.sendOffsets([source: NextOffset(5)], group: try stale.consumer.metadata())
        try producer.commit()
      }
      try expect(!error.code.isEmpty, "the error has no code")
      try producer.abort()
      try expectEqual(try scene.contents(of: output).map(\.text), [], "outputs of the stale owner")
      try expectEqual(try fresh.committed(source), nil, "offset")
      try stale.poll(until: "the news that it owns nothing") {
        stale.events.contains { if case .lost = $0 { true } else { false } }
      }
    },
  ]
}
