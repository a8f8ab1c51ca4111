internal import EventLog

extension Conformance {
  static let readerCases: [ConformanceCase] = [
    ConformanceCase("a reader knows the bounds and reads up to the high watermark", requires: [.publish]) {
      scene in
      let topic = try scene.topic(partitions: 2)
      try scene.publishNumbers(0..<100, to: topic)
      let reader = try scene.log.makeReader()
      defer { reader.close() }
      let full = TopicPartition(topic, 0)
      let empty = TopicPartition(topic, 1)
      let bounds = try reader.bounds([full, empty])
      try expectEqual(bounds[full], PartitionBounds(earliest: NextOffset(0), end: NextOffset(100)), "bounds")
      try expectEqual(
        bounds[empty], PartitionBounds(earliest: NextOffset(0), end: NextOffset(0)), "empty bounds")
      var found: [SeenRecord] = []
      try reader.read(full, from: NextOffset(10), to: NextOffset(90), patience: scene.subject.patience) {
        chunk in
        found += try SeenRecord.records(of: chunk)
        return true
      }
      try expectEqual(found.map(\.text), (10..<90).map { "\($0)" }, "values")
      try reader.read(empty, from: NextOffset(0), to: NextOffset(0), patience: scene.subject.patience) { _ in
        throw ConformanceFailure("an empty range has records")
      }
    },
    ConformanceCase("a reader reads past transactions at the end", requires: [.atomicTransactions]) { scene in
      let topic = try scene.topic()
      let producer = try scene.producer()
      defer { producer.close() }
      for round in 0..<6 {
        try producer.begin()
        try producer.produce(scene.batch(topic, value: "\(round)"))
        try producer.flush()
        if round % 3 == 2 { try producer.abort() } else { try producer.commit() }
      }
      try expectEqual(try scene.contents(of: topic).map(\.text), ["0", "1", "3", "4"], "values")
    },
    ConformanceCase("a reader stops when it is asked to", requires: [.publish]) { scene in
      let topic = try scene.topic()
      try scene.publishNumbers(0..<10, to: topic)
      let reader = try scene.log.makeReader()
      defer { reader.close() }
      var calls = 0
      try reader.read(
        TopicPartition(topic, 0), from: NextOffset(0), to: NextOffset(10), patience: scene.subject.patience
      ) { _ in
        calls += 1
        return false
      }
      try expectEqual(calls, 1, "calls after the answer false")
    },
    ConformanceCase("a reader polls from positions", requires: [.publish]) { scene in
      let topic = try scene.topic(partitions: 2)
      for partition in 0..<Int32(2) { try scene.publishNumbers(0..<10, to: topic, partition: partition) }
      let reader = try scene.log.makeReader()
      defer { reader.close() }
      var positions = [TopicPartition(topic, 0): NextOffset(8), TopicPartition(topic, 1): NextOffset(9)]
      var found: [SeenRecord] = []
      let deadline = ContinuousClock.now + scene.subject.patience
      while found.count < 3, ContinuousClock.now < deadline {
        for chunk in try reader.poll(positions, limits: scene.limits) {
          found += try SeenRecord.records(of: chunk)
          positions[chunk.source] = chunk.next
        }
      }
      try expectEqual(found.map(\.text).sorted(), ["8", "9", "9"], "values")
      try expectEqual(try reader.poll(positions, limits: scene.limits).count, 0, "chunks at the end")
    },
    ConformanceCase("reading below the earliest record is an error", requires: [.publish, .recordRemoval]) {
      scene in
      let topic = try scene.topic()
      let source = TopicPartition(topic, 0)
      try scene.publishNumbers(0..<10, to: topic)
      guard let removeRecords = scene.subject.removeRecords else {
        throw ConformanceFailure("removeRecords is missing")
      }
      try removeRecords(scene.log, [source: NextOffset(4)])
      let reader = try scene.log.makeReader()
      defer { reader.close() }
      try expectEqual(
        try reader.bounds([source])[source], PartitionBounds(earliest: NextOffset(4), end: NextOffset(10)),
        "bounds")
      let error = try expectLogError("reading from 3", [.fatal]) {
        try reader.read(source, from: NextOffset(3), to: NextOffset(10), patience: scene.subject.patience) {
          _ in true
        }
      }
      for number in ["3", "4"] {
        try expect(error.message.contains(number), "the message does not state \(number): \(error.message)")
      }
      try expectEqual(
        try scene.contents(of: topic).map(\.text), (4..<10).map { "\($0)" }, "values that remain")
      try scene.publishNumbers(10..<11, to: topic)
      try expectEqual(try scene.contents(of: topic).last?.offset, 10, "offset of the next record")
    },
    ConformanceCase(
      "compaction keeps the newest of each key", requires: [.publish, .compaction, .tombstones]
    ) { scene in
      let topic = try scene.topic(settings: ["cleanup.policy": "compact"])
      var batch = OutputBatch()
      let writes: [(String, String?)] = [
        ("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("b", nil), ("c", "2"), ("d", "1"),
      ]
      for (key, value) in writes {
        batch.append(topic, partition: 0, key: Array(key.utf8), value: value.map { Array($0.utf8) })
      }
      try scene.publish(batch)
      guard let compact = scene.subject.compact else { throw ConformanceFailure("compact is missing") }
      try compact(scene.log)
      let found = try scene.contents(of: topic)
      try expectEqual(found.map(\.offset), [2, 4, 5, 6], "offsets that remain")
      try expectEqual(found.map(\.value), [Array("2".utf8), nil, Array("2".utf8), Array("1".utf8)], "values")
    },
  ]
}
