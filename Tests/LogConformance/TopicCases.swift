internal import EventLog

extension Conformance {
  static let topicCases: [ConformanceCase] = [
    ConformanceCase("topics are created and described", requires: [.topicAdmin]) { scene in
      let wanted = TopicSpecification(
        name: scene.name("wanted"), partitions: 3, settings: ["cleanup.policy": "compact"])
      let missing = scene.name("missing")
      try expectEqual(try scene.log.describe([wanted.name]).count, 0, "topics before creation")
      try scene.log.create([wanted])
      let found = try scene.log.describe([wanted.name, missing])
      try expectEqual(found.count, 1, "topics described")
      try expectEqual(found[wanted.name]?.partitions, 3, "partitions")
      try expectEqual(found[wanted.name]?.isCompacted, true, "compaction")
    },
    ConformanceCase("creating a topic again changes nothing", requires: [.topicAdmin, .publish]) { scene in
      let topic = try scene.topic(partitions: 2)
      try scene.publishNumbers(0..<3, to: topic)
      try scene.log.create([TopicSpecification(name: topic, partitions: 2)])
      try expectEqual(try scene.contents(of: topic).count, 3, "records after creating again")
    },
    ConformanceCase("another partition count is refused with both numbers", requires: [.topicAdmin]) {
      scene in
      let topic = try scene.topic(partitions: 3)
      let error = try expectLogError("creating with another count", [.fatal]) {
        try scene.log.create([TopicSpecification(name: topic, partitions: 7)])
      }
      for part in [topic, "3", "7"] {
        try expect(error.message.contains(part), "the message does not state \(part): \(error.message)")
      }
    },
    ConformanceCase("publishing to a missing topic names it", requires: [.topicAdmin, .publish]) { scene in
      let missing = scene.name("missing")
      let error = try expectLogError("publishing to a missing topic", [.fatal]) {
        try scene.publish(scene.batch(missing, value: "lost"))
      }
      try expect(error.message.contains(missing), "the message does not name the topic: \(error.message)")
    },
  ]
}
