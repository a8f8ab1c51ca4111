internal import EventLog
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// What strikes processes and their disks.
extension SimulationRun {
  // MARK: - Chaos

  func drawChaos() {
    chaos = Chaos.allCases.filter { _ in random.chance(oneIn: 2) }
    // Where a silence is to come, so is what keeps a log from growing.
    if silences > 0, !chaos.contains(.maintain) { chaos.append(.maintain) }
    chaosInterval = [60, 200, 600][random.below(3)]
    coldFaultInterval = [0, 20, 200][random.below(3)]
  }

  /// Around every request: others run, and the worst may happen.
  func around(_ process: SimulatedProcess) {
    if !isHealing, !chaos.isEmpty, random.chance(oneIn: chaosInterval) {
      strike(chaos[random.below(chaos.count)], process)
    }
    if random.chance(oneIn: 3) { scheduler.yield() }
  }

  func inRelease(_ process: SimulatedProcess) {
    scheduler.yield()
    guard !isHealing, chaos.contains(.killInRelease), random.chance(oneIn: 4) else { return }
    process.kill()
    report.fired["chaos/\(Chaos.killInRelease.rawValue)", default: 0] += 1
  }

  func strike(_ chaos: Chaos, _ process: SimulatedProcess) {
    log.remark("chaos \(chaos.rawValue) \(process.instance)#\(process.number)")
    switch chaos {
    case .kill: process.kill()
    case .killInRelease: return
    case .longStall: scheduler.stall(process.number, for: 4_000 + Int64(random.below(6_000)))
    case .shortStall: scheduler.stall(process.number, for: 1 + Int64(random.below(400)))
    case .overtake:
      log.evict(group: Simulation.group, instance: process.instance)
      scheduler.stall(process.number, for: 1 + Int64(random.below(3_000)))
    case .evict: log.evict(group: Simulation.group, instance: slots[random.below(slots.count)].instance)
    case .rebalance: log.rebalance(group: Simulation.group)
    case .replace:
      guard let index = slots.firstIndex(where: { $0.process === process }) else { return }
      replaced.append(process)
      start(index)
    case .clockAhead: process.clockError += Int64(random.below(120_000))
    case .clockBack: process.clockError -= Int64(random.below(120_000))
    case .clockJump: process.clockError += (random.chance(oneIn: 2) ? 1 : -1) * span()
    case .maintain: maintain()
    case .compact: log.compact(tombstoneRetention: .seconds(60))
    case .restart: process.worker?.stop()
    case .repeatMessage: repeatMessage()
    }
    report.fired["chaos/\(chaos.rawValue)", default: 0] += 1
  }

  /// Copies a committed message behind the others. Nobody says any more who wrote it, and it has come another way.
  private func repeatMessage() {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    let place = TopicPartition(
      settings.lanes.topics.routed, Int32(random.below(Int(settings.lanes.partitions))))
    do {
      let messages = try log.committedRecords(place).filter(\.isMessage)
      guard !messages.isEmpty else { return }
      let record = messages[random.below(messages.count)]
      var message = try LaneMessage(decoding: record.value ?? [])
      message.hops += 1
      let publisher = try log.makePublisher()
      defer { publisher.close() }
      var batch = OutputBatch()
      batch.append(
        place.topic, partition: place.partition, key: record.key, value: message.encoded(),
        headers: HeaderBlock([(LaneMessage.header, "copy")]))
      try publisher.send(batch)
    } catch {
      violate("a message could not be copied: \(error)")
    }
  }

  /// What a local store gives back of what was put there.
  func damaged(_ value: ColdValue) -> ColdValue? {
    guard !isHealing, coldFaultInterval > 0, random.chance(oneIn: coldFaultInterval) else { return value }
    if random.chance(oneIn: 2) {
      report.fired["cold/lost", default: 0] += 1
      return nil
    }
    report.fired["cold/damaged", default: 0] += 1
    var value = value
    value.bytes[random.below(value.bytes.count)] ^= UInt8(1 << random.below(8))
    return value
  }
}
