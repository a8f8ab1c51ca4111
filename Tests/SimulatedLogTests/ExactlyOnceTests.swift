internal import EventLog
internal import SimulatedLog
internal import Testing

@Suite struct ExactlyOnceTests {
  private static let group = "copiers"
  private static let instances = ["a", "b", "c"]
  private static let partitions: Int32 = 4

  /// Three copiers under random faults, in each other's way, then without faults until everything is copied.
  private func run(seed: UInt64) throws -> SimulatedLog {
    let log = SimulatedLog(seed: seed, configuration: .init(variesFetches: true, keepsTraceLines: true))
    try log.create([
      TopicSpecification(name: "in", partitions: Self.partitions),
      TopicSpecification(name: "out", partitions: Self.partitions),
    ])
    var driver = SeededRandom(seed: seed &+ 1)
    let copiers = Self.instances.map { Copier(log: log, instance: $0) }
    func disturb() throws {
      if driver.chance(oneIn: 60) { log.evict(group: Self.group, instance: Self.instances[driver.below(3)]) }
      if driver.chance(oneIn: 80) { log.rebalance(group: Self.group) }
      log.now += Int64(driver.below(100))
      if driver.chance(oneIn: 2) { try copiers[driver.below(3)].step() }
    }
    for copier in copiers {
      copier.meanwhile = {
        // Now and then a process hangs for long enough that the others divide its partitions among them.
        for _ in 0..<(driver.chance(oneIn: 15) ? 30 : 1) { try disturb() }
      }
    }
    var published = 0
    log.faults = RandomFaults(interval: 12)
    for _ in 0..<250 {
      if published < 300, driver.chance(oneIn: 2) {
        try publish(published..<published + 5, to: log)
        published += 5
      }
      try disturb()
    }
    log.faults = nil
    for copier in copiers { copier.meanwhile = {} }
    for _ in 0..<400 {
      log.now += 200
      for copier in copiers { try copier.step() }
    }
    for partition in 0..<Self.partitions {
      #expect(try values("out", partition, of: log) == values("in", partition, of: log), "seed \(seed)")
    }
    #expect(log.openTransactions == [])
    return log
  }

  /// Publishes without faults: what is lost or doubled on the way in is not what is tested here.
  private func publish(_ numbers: Range<Int>, to log: SimulatedLog) throws {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    var batch = OutputBatch()
    for number in numbers {
      batch.append("in", partition: Int32(number) % Self.partitions, key: nil, value: Array("\(number)".utf8))
    }
    try log.makePublisher().send(batch)
  }

  private func values(_ topic: String, _ partition: Int32, of log: SimulatedLog) throws -> [[UInt8]?] {
    let reader = try log.makeReader()
    let source = TopicPartition(topic, partition)
    let bounds = try #require(try reader.bounds([source])[source])
    var values: [[UInt8]?] = []
    try reader.read(source, from: bounds.earliest, to: bounds.end, patience: .zero) { chunk in
      values += chunk.entries.map { chunk.copy($0.value) }
      return true
    }
    return values
  }

  @Test func everyRecordIsCopiedOnceWhateverFails() throws {
    var fired: Set<String> = []
    for seed in 0..<40 as Range<UInt64> {
      for (key, _) in try run(seed: seed).firedFaults.all { fired.insert(key.description) }
    }
    // Not one class of fault may be missing, or the test has proved less than it says.
    for kind in ["produce", "flush", "sendOffsets", "commit"] {
      for moment in ["beforeEffect", "afterEffect"] {
        #expect(fired.contains("\(kind)/crash/\(moment)"))
        #expect(fired.contains("\(kind)/retry/\(moment)") || kind == "commit")
        #expect(fired.contains("\(kind)/abortAndRewind/\(moment)") || kind == "commit")
      }
    }
    #expect(fired.contains("commit/commitUnknown/afterEffect"))
    #expect(fired.contains("poll/crash/beforeEffect") && fired.contains("poll/retry/afterEffect"))
  }

  @Test func oneSeedGivesOneTrace() throws {
    for seed in [3, 4, 5] as [UInt64] {
      let first = try run(seed: seed).trace
      let second = try run(seed: seed).trace
      #expect(first == second && first.steps > 1_000)
    }
    #expect(try run(seed: 3).trace.digest != run(seed: 4).trace.digest)
  }
}
