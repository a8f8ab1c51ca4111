internal import EventLog

extension Conformance {
  static let sizeCases: [ConformanceCase] = [
    ConformanceCase("records of 1 MiB pass", requires: [.publish]) { scene in
      let topic = try scene.topic(settings: ["max.message.bytes": "2097152"])
      let values = (0..<3).map { Array(repeating: UInt8($0 + 1), count: 1 << 20) }
      var batch = OutputBatch()
      for value in values { batch.append(topic, partition: 0, key: nil, value: value) }
      try scene.publish(batch)
      let member = try scene.member(topics: [topic])
      defer { member.consumer.close() }
      try member.read(3)
      // Compared one by one, so that a failure does not print megabytes.
      for (record, value) in zip(member.records, values) {
        try expect(record.value == value, "the value at offset \(record.offset) has changed")
      }
    },
    ConformanceCase("a record above its topic's limit stops the writer", requires: [.publish, .recordLimit]) {
      scene in
      let topic = try scene.topic(settings: ["max.message.bytes": "100000"])
      // A broker's limit is for the record with its framing, compressed; noise does not shrink.
      var state: UInt32 = 7
      func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return UInt8(truncatingIfNeeded: state >> 24)
        }
      }
      func batch(_ count: Int) -> OutputBatch {
        var batch = OutputBatch()
        batch.append(topic, partition: 0, key: nil, value: noise(count))
        return batch
      }
      try scene.publish(batch(98_000))
      let error = try expectLogError("a record of 200,000 bytes", [.fatal]) {
        try scene.publish(batch(200_000))
      }
      try expectEqual(error.code, LogError.recordTooLarge, "code")
      for part in [topic, "200000", "sojourn topics plan"] {
        try expect(error.message.contains(part), "no \(part) in: \(error.message)")
      }
      try expectEqual(try scene.contents(of: topic).count, 1, "records")
    },
    ConformanceCase("one transaction takes 10,000 records", requires: [.atomicTransactions]) { scene in
      let topic = try scene.topic("out", partitions: 4)
      let producer = try scene.producer()
      defer { producer.close() }
      try producer.begin()
      for start in stride(from: 0, to: 10_000, by: 2_500) {
        var batch = OutputBatch()
        for number in start..<start + 2_500 {
          batch.append(topic, partition: Int32(number % 4), key: nil, value: Array("\(number)".utf8))
        }
        try producer.produce(batch)
      }
      try producer.flush()
      try producer.commit()
      for partition in 0..<Int32(4) {
        let found = try scene.contents(of: topic, partition: partition).map(\.text)
        let wanted = (0..<2_500).map { "\($0 * 4 + Int(partition))" }
        try expect(found == wanted, "partition \(partition) has \(found.count) records, or another order")
      }
    },
  ]
}
