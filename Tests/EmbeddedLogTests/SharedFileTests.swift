internal import EventLog
internal import Foundation
internal import Synchronization
internal import Testing

@testable internal import EmbeddedLog

@Suite struct SharedFileTests {
  @Test func nothingIsLostBetweenTwoPublishersAndAConsumer() throws {
    let file = try TemporaryFile()
    let path = file.path
    let log = try EmbeddedLog(path: path)
    try log.create([TopicSpecification(name: "in", partitions: 2)])
    let failures = Mutex<[String]>([])
    for publisher in 0..<2 {
      Thread.detachNewThread {
        do {
          let log = try EmbeddedLog(path: path)
          let sender = try log.makePublisher()
          for round in 0..<50 {
            var batch = OutputBatch()
            for index in 0..<20 {
              let value = "\(publisher)-\(round * 20 + index)"
              batch.append("in", partition: Int32(index % 2), key: nil, value: Array(value.utf8))
            }
            try sender.send(batch)
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    let consumer = try Steps.member("consumer", of: log)
    var values: [Int32: [String]] = [:]
    var offsets: [Int32: [Int64]] = [:]
    var count = 0
    let patience = ContinuousClock.now + .seconds(60)
    while count < 2_000, ContinuousClock.now < patience, failures.withLock({ $0.isEmpty }) {
      for chunk in try consumer.poll(Steps.limits, rebalance: { _ in }) {
        for entry in chunk.entries {
          let value = String(decoding: chunk.copy(entry.value) ?? [], as: UTF8.self)
          values[chunk.source.partition, default: []].append(value)
          offsets[chunk.source.partition, default: []].append(entry.offset.value)
          count += 1
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    for partition: Int32 in 0..<2 {
      #expect(offsets[partition] == Array(0..<1_000))
      for publisher in 0..<2 {
        let own = (values[partition] ?? []).filter { $0.hasPrefix("\(publisher)-") }
        #expect(own == (0..<500).map { "\(publisher)-\($0 * 2 + Int(partition))" })
      }
    }
    consumer.close()
  }

  @Test func severalHandlesOpenANewFileAtOnce() throws {
    let file = try TemporaryFile()
    let path = file.path
    let outcomes = Mutex<[String]>([])
    let group = DispatchGroup()
    for _ in 0..<6 {
      group.enter()
      Thread.detachNewThread {
        do {
          let log = try EmbeddedLog(path: path)
          try log.create([TopicSpecification(name: "in", partitions: 1)])
          try Steps.publish(0..<1, of: log)
          outcomes.withLock { $0.append("") }
        } catch {
          outcomes.withLock { $0.append("\(error)") }
        }
        group.leave()
      }
    }
    group.wait()
    #expect(outcomes.withLock { $0 } == Array(repeating: "", count: 6))
    #expect(try Steps.contents(in: EmbeddedLog(path: path)).count == 6)
  }

  @Test func aLockedFileAsksForARetry() throws {
    let file = try TemporaryFile()
    let holder = try EmbeddedLog(path: file.path)
    try holder.create([TopicSpecification(name: "in", partitions: 1)])
    let log = try EmbeddedLog(path: file.path, configuration: .init(busyTimeout: .milliseconds(30)))
    let producer = try log.makeTransactionalProducer(id: "producer")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append("in", partition: 0, key: nil, value: Array("kept".utf8))
    try producer.produce(batch)

    let isHeld = DispatchSemaphore(value: 0)
    let mayEnd = DispatchSemaphore(value: 0)
    let hasEnded = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      try? holder.store.write { _ in
        isHeld.signal()
        mayEnd.wait()
      }
      hasEnded.signal()
    }
    isHeld.wait()
    let error = Steps.logError { try producer.commit() }
    mayEnd.signal()
    hasEnded.wait()
    #expect(error?.reaction == .retry && error?.code == "busy")
    #expect(error?.message.contains(file.path) == true)
    // The same call again: the transaction is still there.
    try producer.commit()
    #expect(try Steps.contents(in: log).map(\.value) == ["kept"])
  }
}
