internal import EventLog

extension Conformance {
  static let publishCases: [ConformanceCase] = [
    ConformanceCase("a keyed record goes to the lane of its key", requires: [.publish]) { scene in
      let topic = try scene.topic(partitions: 5)
      let keys = (0..<40).map { Array("customer-\($0)".utf8) }
      var batch = OutputBatch()
      for key in keys { batch.append(topic, partition: -1, key: key, value: key) }
      try scene.publish(batch)
      for partition in 0..<Int32(5) {
        let found = try scene.contents(of: topic, partition: partition).map(\.key)
        let wanted = keys.filter { Placement.partition(of: $0, partitions: 5) == partition }
        try expectEqual(found, wanted, "keys in partition \(partition)")
      }
    },
    ConformanceCase("a publisher says where its records end", requires: [.publish]) { scene in
      let topics = [try scene.topic("a", partitions: 3), try scene.topic("b", partitions: 2)]
      let publisher = try scene.log.makePublisher()
      defer { publisher.close() }
      try expectEqual(try publisher.send(OutputBatch()).count, 0, "partitions without records")
      var written: [TopicPartition: Int] = [:]
      for round in 0..<3 {
        var batch = OutputBatch()
        var touched: Set<TopicPartition> = []
        for number in 0..<12 where number % (round + 1) == 0 {
          let key = Array("\(round)-\(number)".utf8)
          let topic = topics[number % 2]
          let partition = Placement.partition(of: key, partitions: number % 2 == 0 ? 3 : 2)
          batch.append(topic, partition: -1, key: key, value: key)
          touched.insert(TopicPartition(topic, partition))
          written[TopicPartition(topic, partition), default: 0] += 1
        }
        let ends = try publisher.send(batch)
        try expectEqual(Set(ends.keys), touched, "partitions of round \(round)")
        for (partition, end) in ends {
          try expectEqual(end.value, Int64(written[partition] ?? 0), "end of \(partition)")
        }
      }
    },
    ConformanceCase("records without a key are placed somewhere", requires: [.publish]) { scene in
      let topic = try scene.topic(partitions: 3)
      var batch = OutputBatch()
      for number in 0..<30 { batch.append(topic, partition: -1, key: nil, value: Array("\(number)".utf8)) }
      try scene.publish(batch)
      let found = try (0..<Int32(3)).flatMap { try scene.contents(of: topic, partition: $0) }
      try expectEqual(Set(found.map(\.text)), Set((0..<30).map { "\($0)" }), "values")
      try expect(found.count == 30 && found.allSatisfy { $0.key == nil }, "a key came from nowhere")
    },
    ConformanceCase("a partition that does not exist is refused", requires: [.publish, .topicAdmin]) {
      scene in
      let topic = try scene.topic(partitions: 2)
      try expectLogError("publishing to partition 2 of 2", [.fatal]) {
        try scene.publish(scene.batch(topic, partition: 2, value: "lost"))
      }
    },
    ConformanceCase("headers come back as they were", requires: [.publish]) { scene in
      let topic = try scene.topic()
      var headers = HeaderBlock([("ce_type", "session"), ("leer", ""), ("ce_type", "zweitens: ümläut")])
      headers.append("nothing", nil)
      var batch = OutputBatch()
      batch.append(topic, partition: 0, key: nil, value: [1], headers: headers)
      batch.append(topic, partition: 0, key: nil, value: [2])
      try scene.publish(batch)
      let found = try scene.contents(of: topic)
      try expectEqual(found.map(\.headers), [headers.bytes, nil], "header bytes")
    },
    ConformanceCase("null and empty values and keys are distinct", requires: [.publish, .tombstones]) {
      scene in
      let topic = try scene.topic()
      var batch = OutputBatch()
      batch.append(topic, partition: 0, key: [7], value: nil)
      batch.append(topic, partition: 0, key: [7], value: [])
      batch.append(topic, partition: 0, key: nil, value: [0])
      batch.append(topic, partition: 0, key: [], value: [0, 0])
      try scene.publish(batch)
      let found = try scene.contents(of: topic)
      try expectEqual(found.map(\.value), [nil, [], [0], [0, 0]], "values")
      try expectEqual(found.map(\.key), [[7], [7], nil, []], "keys")
    },
    ConformanceCase("records carry the time of writing", requires: [.publish]) { scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<2, to: topic)
      let times = try scene.contents(of: topic).map(\.timestamp)
      try expect(
        times.allSatisfy { $0 > 1_600_000_000_000 }, "timestamps \(times) are no milliseconds of today")
    },
  ]
}
