internal import EventLog

extension Conformance {
  static let pollCases: [ConformanceCase] = [
    ConformanceCase("a poll keeps the order inside each partition", requires: [.publish]) { scene in
      let topic = try scene.topic(partitions: 2)
      for start in stride(from: 0, to: 60, by: 20) {
        for partition in 0..<Int32(2) {
          try scene.publishNumbers(start..<start + 20, to: topic, partition: partition)
        }
      }
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.read(120)
      for partition in 0..<Int32(2) {
        let found = member.records.filter { $0.source.partition == partition }.map(\.text)
        try expectEqual(found, (0..<60).map { "\($0)" }, "values of partition \(partition)")
      }
    },
    ConformanceCase("a poll honours its record limit", requires: [.publish]) { scene in
      let topic = try scene.topic(partitions: 2)
      for partition in 0..<Int32(2) { try scene.publishNumbers(0..<40, to: topic, partition: partition) }
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      var limits = scene.limits
      limits.maxRecords = 7
      try member.poll(until: "80 records") {
        let count = try member.poll(limits).count
        try expect(count <= 7, "\(count) records where 7 were allowed")
        return member.records.count == 80
      }
    },
    ConformanceCase("a poll honours its byte limit and lets one oversize record pass", requires: [.publish]) {
      scene in
      let topic = try scene.topic(partitions: 2)
      let sizes = [100, 100, 100, 5_000, 200, 100]
      var batch = OutputBatch()
      for partition in 0..<Int32(2) {
        for size in sizes {
          batch.append(topic, partition: partition, key: nil, value: Array(repeating: 120, count: size))
        }
      }
      try scene.publish(batch)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      var limits = scene.limits
      limits.maxBytes = 250
      try member.poll(until: "12 records") {
        let found = try member.poll(limits)
        let size = found.reduce(0) { $0 + $1.size }
        try expect(
          size <= 250 || found.count == 1, "\(found.count) records of \(size) bytes where 250 were allowed")
        return member.records.count == 12
      }
      for partition in 0..<Int32(2) {
        let found = member.records.filter { $0.source.partition == partition }.map(\.size)
        try expectEqual(found, sizes, "sizes in partition \(partition)")
      }
    },
    ConformanceCase("an empty topic gives an empty poll", requires: []) { scene in
      let topic = try scene.topic()
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.becomeOwner()
      try expectEqual(try member.poll().count, 0, "records")
    },
    ConformanceCase("the end of the log is noticed", requires: [.publish, .endDetection]) { scene in
      let topic = try scene.topic(partitions: 2)
      try scene.publishNumbers(0..<5, to: topic)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.poll(until: "the end of both partitions") {
        member.records.count == 5 && member.consumer.partitionsAtEnd() == member.owned
          && !member.owned.isEmpty
      }
      try scene.publishNumbers(5..<6, to: topic)
      try member.read(6)
      try member.poll(until: "the end again") { member.consumer.partitionsAtEnd() == member.owned }
    },
    ConformanceCase("positions and ends show what is still to be read", requires: [.publish, .endDetection]) {
      scene in
      let topic = try scene.topic(partitions: 2)
      let (read, empty) = (TopicPartition(topic, 0), TopicPartition(topic, 1))
      try scene.publishNumbers(0..<5, to: topic)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try expect(member.consumer.ends().isEmpty, "ends before anything is owned")
      try expect(member.consumer.positions().isEmpty, "positions before anything is owned")
      try member.poll(until: "the end of both partitions") {
        member.records.count == 5 && member.consumer.partitionsAtEnd() == [read, empty]
      }
      try expectEqual(
        member.consumer.ends(), [read: NextOffset(5), empty: NextOffset(0)], "ends after reading")
      try expectEqual(
        member.consumer.positions(), [read: NextOffset(5), empty: NextOffset(0)], "positions after reading")
      try scene.publishNumbers(5..<9, to: topic)
      try member.read(9)
      try expectEqual(member.consumer.positions()[read], NextOffset(9), "position after reading on")
      try expectEqual(member.consumer.ends()[read], NextOffset(9), "end after reading on")
      try member.consumer.seek([read: NextOffset(2)])
      try expectEqual(member.consumer.positions()[read], NextOffset(2), "position after a seek")
      try expectEqual(member.consumer.ends()[read], NextOffset(9), "end after a seek")
      member.consumer.close()
      try expect(member.consumer.ends().isEmpty, "ends after closing")
    },
    ConformanceCase(
      "an open transaction counts to the end and not to the position",
      requires: [.publish, .atomicTransactions, .endDetection]
    ) { scene in
      let topic = try scene.topic()
      let source = TopicPartition(topic, 0)
      try scene.publishNumbers(0..<3, to: topic)
      let producer = try scene.producer()
      defer { producer.close() }
      try producer.begin()
      try producer.produce(scene.batch(topic, value: "open"))
      try producer.flush()
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.read(3)
      try member.poll(until: "the end of what can be read") {
        member.consumer.partitionsAtEnd() == [source]
      }
      try expectEqual(member.consumer.positions()[source], NextOffset(3), "position before the commit")
      let open = member.consumer.ends()[source]
      // A log that keeps open transactions elsewhere may not know of them yet.
      try expect(
        open == NextOffset(4) || open == NextOffset(3),
        "end with an open transaction: \(String(describing: open))")
      try producer.commit()
      try member.read(4)
      try member.poll(until: "the end past the marker") {
        member.consumer.partitionsAtEnd() == [source]
          && member.consumer.positions()[source] == member.consumer.ends()[source]
      }
    },
    ConformanceCase("seek rewinds", requires: [.publish]) { scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<10, to: topic)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.read(10)
      let source = TopicPartition(topic, 0)
      try member.consumer.seek([source: NextOffset(member.records[3].offset)])
      try member.read(17)
      try expectEqual(Array(member.texts.suffix(7)), (3..<10).map { "\($0)" }, "values after the seek")
    },
    ConformanceCase("seek inside the handler decides where reading starts", requires: [.publish]) { scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<10, to: topic)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      member.onRebalance = { event in
        if case .assigned = event { try member.consumer.seek([TopicPartition(topic, 0): NextOffset(6)]) }
      }
      try member.read(4)
      try expectEqual(member.texts, ["6", "7", "8", "9"], "values")
    },
    ConformanceCase("a paused partition rests until it is resumed", requires: [.publish]) { scene in
      let topic = try scene.topic(partitions: 2)
      for partition in 0..<Int32(2) { try scene.publishNumbers(0..<10, to: topic, partition: partition) }
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      let paused = TopicPartition(topic, 0)
      member.onRebalance = { event in
        if case .assigned = event { try member.consumer.pause([paused]) }
      }
      try member.read(10)
      for _ in 0..<3 { try member.poll() }
      try expect(member.records.allSatisfy { $0.source != paused }, "a paused partition was read")
      try member.consumer.resume([paused])
      try member.read(20)
      try expectEqual(member.records.filter { $0.source == paused }.count, 10, "records after resuming")
    },
    ConformanceCase("partitions of others cannot be moved or paused", requires: []) { scene in
      let topic = try scene.topic()
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.becomeOwner()
      let foreign = TopicPartition(topic, 99)
      try expectLogError("seek") { try member.consumer.seek([foreign: NextOffset(0)]) }
      try expectLogError("pause") { try member.consumer.pause([foreign]) }
    },
  ]
}
