internal import EventLog
internal import JourneyModel
internal import LogTools
internal import Processor
internal import Sessionizer
internal import SimulatedLog
internal import WireFormat

/// Long times in which nobody runs, and what maintenance removes meanwhile.
extension SimulationRun {
  // MARK: - Silence

  /// One hour to 400 days, each order of magnitude as often.
  func span() -> Int64 {
    let longest: Int64 = 400 * 86_400_000
    var span: Int64 = 3_600_000
    while span < longest, !random.chance(oneIn: 6) { span = span * 3 + Int64(random.below(3_600_000)) }
    return min(span, longest)
  }

  /// Nobody runs for a while: some were stopped, some were killed, and what they leave waits.
  func silence(_ feed: inout JourneyFeed) throws {
    silences -= 1
    let faults = log.faults
    log.faults = nil
    try feed.hurry(now: log.now)
    log.faults = faults
    for slot in slots {
      if random.chance(oneIn: 2) { slot.process?.worker?.stop() } else { slot.process?.kill() }
    }
    // As long as a stop takes; who has not ended then is killed.
    let until = log.now + 20_000
    while slots.contains(where: { $0.process.map { $0.ending == nil } ?? false }), log.now < until, mayGoOn {
      turn()
    }
    for slot in slots where slot.process?.ending == nil { slot.process?.kill() }
    if random.chance(oneIn: 2) { maintain() }
    let length = span()
    log.remark("silence of \(length) ms")
    log.now += length
    feed.rest(until: log.now)
    count(.silence)
    // A broker goes on by itself, a log of our own is maintained by whoever runs.
    if retention == .broker { log.applyRetention() }
    for index in slots.indices {
      slots[index].startAt = log.now + Int64(random.below(2_000))
      if random.chance(oneIn: 4) {
        slots[index].clockError = (random.chance(oneIn: 2) ? 1 : -1) * span()
        hadWrongClockAtStart = true
        feed.repeats = false
        count(.wrongClockAtStart)
      }
    }
    if random.chance(oneIn: 2) { maintain() }
  }

  /// What `run` does now and then: says what nobody needs any more, and removes what is old enough.
  func maintain() {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    do {
      try release()
      let before = log.removedByRetention
      log.applyRetention()
      if log.removedByRetention == before { count(.heldBack) }
    } catch let error as LogError where error.reaction == .retry {
      // A transaction is open in the way; it comes again.
    } catch {
      violate("maintenance failed: \(error)")
    }
  }

  func release() throws {
    let topics = settings.lanes.topics
    let reader = try log.makeReader()
    defer { reader.close() }
    let needs = RestartNeeds(settings: settings, reader: reader, includesInputs: log.retainsInputs)
    var positions: [TopicPartition: NextOffset] = [:]
    for lane in LaneNumber.all(of: settings.lanes.partitions) where random.below(4) > 0 {
      let inputs = topics.consumed.map { TopicPartition($0, lane: lane) }
      let committed = try log.committedOffsets(group: Simulation.group, of: inputs)
      positions.merge(try needs.positions(lane, committed: committed)) { $1 }
      let ends = try reader.bounds(inputs + [TopicPartition(topics.journal, lane: lane)]).mapValues(\.end)
      switch mutation {
      case .removesNewestJournal: positions.merge(ends.filter { $0.key.topic == topics.journal }) { $1 }
      case .releasesUnreadInput: positions.merge(ends.filter { $0.key.topic != topics.journal }) { $1 }
      default: break
      }
    }
    try log.release(before: positions, history: history)
  }
}
