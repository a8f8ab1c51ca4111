internal import EventLog

extension Conformance {
  static let transactionCases: [ConformanceCase] = [
    ConformanceCase("a transaction is visible only after its commit", requires: [.atomicTransactions]) {
      scene in
      let topic = try scene.topic("out")
      let producer = try scene.producer()
      defer { producer.close() }
      try producer.begin()
      try producer.produce(scene.batch(topic, value: "first"))
      try producer.produce(scene.batch(topic, value: "second"))
      try producer.flush()
      try expectEqual(try scene.readable(of: topic).map(\.text), [], "values before the commit")
      try producer.commit()
      try expectEqual(
        try scene.contents(of: topic).map(\.text), ["first", "second"], "values after the commit")
    },
    ConformanceCase(
      "an aborted transaction leaves nothing",
      requires: [.atomicTransactions, .transactionalOffsets, .publish]
    ) { scene in
      let input = try scene.topic()
      let output = try scene.topic("out")
      try scene.publishNumbers(0..<5, to: input)
      let source = TopicPartition(input, 0)
      let member = try scene.member(topics: [input])
      defer { member.consumer.close() }
      try member.read(5)
      let producer = try scene.producer()
      defer { producer.close() }
      try producer.begin()
      try producer.produce(scene.batch(output, value: "never"))
      try producer.flush()
      try producer.sendOffsets([source: NextOffset(5)], group: try member.consumer.metadata())
      try producer.abort()
      try expectEqual(try scene.contents(of: output).map(\.text), [], "values after the abort")
      try expectEqual(try member.committed(source), nil, "offset after the abort")

      try member.commit([source: NextOffset(2)], outputs: scene.batch(output, value: "kept"), with: producer)
      try expectEqual(try scene.contents(of: output).map(\.text), ["kept"], "values after the next commit")
      try expectEqual(try member.committed(source), NextOffset(2), "offset after the next commit")
    },
    ConformanceCase(
      "a group's offsets are read without joining it",
      requires: [.atomicTransactions, .transactionalOffsets, .publish]
    ) { scene in
      let input = try scene.topic()
      try scene.publishNumbers(0..<5, to: input)
      let source = TopicPartition(input, 0)
      let none = try scene.log.committedOffsets(group: scene.group, of: [source])
      try expectEqual(none[source] ?? nil, nil, "offset of a group that never was")
      let member = try scene.member(topics: [input])
      try member.read(5)
      let producer = try scene.producer()
      defer { producer.close() }
      try member.commit([source: NextOffset(3)], outputs: OutputBatch(), with: producer)
      try expectEqual(
        try scene.log.committedOffsets(group: scene.group, of: [source])[source] ?? nil, NextOffset(3),
        "offset beside the member")
      member.consumer.close()
      try expectEqual(
        try scene.log.committedOffsets(group: scene.group, of: [source])[source] ?? nil, NextOffset(3),
        "offset without it")
    },
    ConformanceCase(
      "outputs and offsets appear together", requires: [.atomicTransactions, .transactionalOffsets, .publish]
    ) { scene in
      let input = try scene.topic()
      let output = try scene.topic("out", partitions: 2)
      try scene.publishNumbers(0..<5, to: input)
      let source = TopicPartition(input, 0)
      let member = try scene.member(topics: [input])
      defer { member.consumer.close() }
      try member.read(5)
      let producer = try scene.producer()
      defer { producer.close() }
      for round in 1...3 {
        var outputs = scene.batch(output, partition: 0, value: "left \(round)")
        outputs.append(output, partition: 1, key: nil, value: Array("right \(round)".utf8))
        try member.commit([source: NextOffset(Int64(round))], outputs: outputs, with: producer)
        try expectEqual(try scene.contents(of: output, partition: 0).count, round, "records on the left")
        try expectEqual(try scene.contents(of: output, partition: 1).count, round, "records on the right")
        try expectEqual(try member.committed(source), NextOffset(Int64(round)), "offset")
      }
    },
    ConformanceCase("offsets alone are a transaction", requires: [.transactionalOffsets, .publish]) { scene in
      let topic = try scene.topic(partitions: 2)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.becomeOwner()
      let producer = try scene.producer()
      defer { producer.close() }
      let positions = [TopicPartition(topic, 0): NextOffset(0), TopicPartition(topic, 1): NextOffset(0)]
      try member.commit(positions, with: producer)
      for (partition, position) in positions {
        try expectEqual(try member.committed(partition), position, "offset")
      }
    },
    ConformanceCase("abort without a transaction does nothing", requires: []) { scene in
      let producer = try scene.producer()
      defer { producer.close() }
      try producer.abort()
      try producer.begin()
      try producer.abort()
      try producer.abort()
    },
    ConformanceCase("calls out of order are refused", requires: [.atomicTransactions]) { scene in
      let topic = try scene.topic("out")
      let producer = try scene.producer()
      defer { producer.close() }
      try expectLogError("producing without a transaction") {
        try producer.produce(scene.batch(topic, value: "x"))
      }
      try expectLogError("committing without a transaction") { try producer.commit() }
    },
  ]
}
