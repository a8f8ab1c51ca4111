internal import EventLog

extension Conformance {
  static let groupCases: [ConformanceCase] = [
    ConformanceCase("a new group has no committed offsets", requires: []) { scene in
      let topic = try scene.topic(partitions: 2)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.becomeOwner()
      try expectEqual(member.owned, [TopicPartition(topic, 0), TopicPartition(topic, 1)], "partitions owned")
      for partition in member.owned { try expectEqual(try member.committed(partition), nil, "\(partition)") }
    },
    ConformanceCase("all topics of a group are assigned together", requires: [.publish]) { scene in
      let first = try scene.topic("first", partitions: 2)
      let second = try scene.topic("second", partitions: 2)
      try scene.publishNumbers(0..<3, to: first, partition: 1)
      try scene.publishNumbers(3..<6, to: second, partition: 1)
      let member = try scene.member(topics: [first, second])
      defer { member.consumer.close() }
      try member.read(6)
      try expectEqual(member.owned.count, 4, "partitions owned")
      try expectEqual(Set(member.texts), Set((0..<6).map { "\($0)" }), "values")
    },
    ConformanceCase("reading resumes at the committed offset", requires: [.publish, .transactionalOffsets]) {
      scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<10, to: topic)
      let source = TopicPartition(topic, 0)
      let first = try scene.member(topics: [topic])
      try first.read(10)
      let producer = try scene.producer()
      try first.commit([source: NextOffset(first.records[5].offset)], with: producer)
      first.consumer.close()
      producer.close()

      let reopened = try scene.subject.makeLog()
      let second = try scene.member(topics: [topic], log: reopened)
      defer { second.consumer.close() }
      try second.read(5)
      try expectEqual(second.texts, (5..<10).map { "\($0)" }, "values after reopening")
      try expectEqual(try second.committed(source)?.value, first.records[5].offset, "committed offset")
    },
    ConformanceCase("two members share the partitions", requires: [.rebalance, .publish]) { scene in
      let topic = try scene.topic(partitions: 4)
      let first = try scene.member("a", topics: [topic])
      defer { first.consumer.close() }
      try first.becomeOwner()
      try expectEqual(first.owned.count, 4, "partitions of the only member")
      let second = try scene.member("b", topics: [topic])
      try first.poll(until: "two partitions each") {
        try second.poll()
        return first.owned.count == 2 && second.owned.count == 2
      }
      try expect(first.owned.isDisjoint(with: second.owned), "a partition has two owners")
      for partition in 0..<Int32(4) { try scene.publishNumbers(0..<5, to: topic, partition: partition) }
      try first.poll(until: "20 records") {
        try second.poll()
        return first.records.count + second.records.count == 20
      }
      try expectEqual(Set(first.records + second.records).count, 20, "distinct records")
      second.consumer.close()
      try first.poll(until: "all partitions back") { first.owned.count == 4 }
    },
    ConformanceCase(
      "a transaction may be finished while partitions are revoked",
      requires: [.rebalance, .publish, .transactionalOffsets]
    ) { scene in
      let topic = try scene.topic(partitions: 2)
      let source = TopicPartition(topic, 0)
      try scene.publishNumbers(0..<4, to: topic)
      let first = try scene.member("a", topics: [topic])
      defer { first.consumer.close() }
      try first.read(4)
      let producer = try scene.producer()
      defer { producer.close() }
      var commits = 0
      first.onRebalance = { event in
        guard case .revoked = event, commits == 0 else { return }
        commits += 1
        try first.commit([source: NextOffset(4)], with: producer)
      }
      let second = try scene.member("b", topics: [topic])
      defer { second.consumer.close() }
      try first.poll(until: "one partition each") {
        try second.poll()
        return first.owned.count == 1 && second.owned.count == 1
      }
      try expectEqual(commits, 1, "commits inside the handler")
      try expectEqual(try first.committed(source)?.value, 4, "committed offset")
    },
  ]
}
