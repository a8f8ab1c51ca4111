internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import Testing

/// What a process leaves behind that ends without a word. Each runs in a child process of its own.
@Suite struct KilledProcessTests {
  @Test func aDeadOwnerIsReplacedAtOnce() async throws {
    let file = try TemporaryFile()
    let path = file.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let log = try EmbeddedLog(path: path)
      try log.create([TopicSpecification(name: "in", partitions: 1)])
      let owner = try Steps.member("killed", of: log)
      try Steps.poll(owner)
      kill(getpid(), SIGKILL)
    }
    let log = try EmbeddedLog(path: path)
    #expect(try log.currentLease(group: "group") == nil)
    let next = try Steps.member("another", of: log)
    #expect(try Steps.poll(next).events == [.assigned([TopicPartition("in", 0)])])
    #expect(try log.currentLease(group: "group")?.epoch == 2)
  }

  @Test func anOpenTransactionOfADeadProcessIsGone() async throws {
    let file = try TemporaryFile()
    let path = file.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let log = try EmbeddedLog(path: path)
      try log.create([TopicSpecification(name: "in", partitions: 1)])
      try Steps.publish(0..<3, of: log)
      let producer = try log.makeTransactionalProducer(id: "killed")
      try producer.initialize()
      try producer.begin()
      var batch = OutputBatch()
      batch.append("in", partition: 0, key: nil, value: [1])
      try producer.produce(batch)
      try producer.flush()
      kill(getpid(), SIGKILL)
    }
    let log = try EmbeddedLog(path: path)
    #expect(try Steps.contents(in: log).map(\.value) == ["0", "1", "2"])
  }

  @Test func outputsAndOffsetsAgreeWheneverAProcessIsKilled() async throws {
    let file = try TemporaryFile()
    let path = file.path
    let setup = try EmbeddedLog(path: path)
    try setup.create([
      TopicSpecification(name: "in", partitions: 1), TopicSpecification(name: "out", partitions: 1),
    ])
    try Steps.publish(0..<5_000, of: setup)
    let source = TopicPartition("in", 0)
    var before: Int64 = 0
    for round in 0..<3 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
        let log = try EmbeddedLog(path: path)
        let owner = try Steps.member("worker", of: log)
        try Steps.poll(owner)
        let source = TopicPartition("in", 0)
        var done = (try owner.committed([source])[source] ?? nil)?.value ?? 0
        let producer = try log.makeTransactionalProducer(id: "worker")
        try producer.initialize()
        let started = done
        while true {
          // Another thread kills the process in the middle of some later commit.
          if done == started + 5 {
            let delay = Double(round + 1) / 1000
            Thread.detachNewThread {
              Thread.sleep(forTimeInterval: delay)
              kill(getpid(), SIGKILL)
            }
          }
          try producer.begin()
          var batch = OutputBatch()
          for _ in 0..<50 { batch.append("out", partition: 0, key: nil, value: Array("\(done)".utf8)) }
          try producer.produce(batch)
          done += 1
          try producer.sendOffsets([source: NextOffset(done)], group: try owner.metadata())
          try producer.commit()
        }
      }
      let log = try EmbeddedLog(path: path)
      let reader = try Steps.member("worker", of: log)
      let committed = try #require(try reader.committed([source])[source] ?? nil).value
      let outputs = try Steps.contents(of: "out", in: log).map(\.value)
      #expect(outputs == (0..<committed).flatMap { Array(repeating: "\($0)", count: 50) })
      #expect(committed >= before + 5)
      before = committed
    }
  }
}
