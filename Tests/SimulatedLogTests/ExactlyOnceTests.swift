internal import EventLog
internal import SimulatedLog
internal import Testing

@Suite struct ExactlyOnceTests {
  /// Three copiers under random faults, then without, until everything is copied.
  private func run(seed: UInt64) throws -> SimulatedLog {
    let log = SimulatedLog(seed: seed, configuration: .init(variesFetches: true, keepsTraceLines: true))
    let partitions: Int32 = 4
    try log.create([
      TopicSpecification(name: "in", partitions: partitions),
      TopicSpecification(name: "out", partitions: partitions),
    ])
    var driver = SeededRandom(seed: seed &+ 1)
    let copiers = ["a", "b", "c"].map { Copier(log: log, instance: $0) }
    let publisher = try log.makePublisher()
    var published = 0
    log.faults = RandomFaults(interval: 12)
    for _ in 0..<400 {
      if published < 300, driver.chance(oneIn: 3) {
        let faults = log.faults
        log.faults = nil
        var batch = OutputBatch()
        for _ in 0..<5 {
          batch.append("in", partition: Int32(published % 4), key: nil, value: Array("\(published)".utf8))
          published += 1
        }
        try publisher.send(batch)
        log.faults = faults
      }
      if driver.chance(oneIn: 50) { log.evict(group: "copiers", instance: ["a", "b", "c"][driver.below(3)]) }
      if driver.chance(oneIn: 60) { log.rebalance(group: "copiers") }
      log.now += Int64(driver.below(400))
      try copiers[driver.below(3)].step()
    }
    log.faults = nil
    for _ in 0..<400 {
      log.now += 200
      for copier in copiers { try copier.step() }
    }
    for partition in 0..<partitions {
      #expect(try values("out", partition, of: log) == values("in", partition, of: log), "seed \(seed)")
    }
    #expect(log.openTransactions == [])
    return log
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
