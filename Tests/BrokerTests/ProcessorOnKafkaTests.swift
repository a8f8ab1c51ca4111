internal import LogTools
internal import Processor
internal import Testing
internal import Threads

/// The whole processor on a real broker: two instances and producers of which some key wrongly, against an
/// offline replay of the same events. `Broker` says how to give a broker.
@Suite(.enabled(if: Broker.isGiven, Broker.hint)) struct ProcessorOnKafkaTests {
  private let scene = ProcessorScene()
  private let input = JourneyInput(seed: 7, events: 20_000)

  /// An instance is away while a third of the events arrives, and comes back under its name before the last
  /// third.
  @Test func aRestartLeavesNoTrace() async throws {
    let third = input.events.count / 3
    try await onOwnThread { try scene.createTopics() }
    let left = try scene.start("left")
    let right = try scene.start("right")
    try await wait(until: "two lanes each") {
      try left.notes().lanes.count == 2 && right.notes().lanes.count == 2
    }
    try await publish(input.events[..<third])
    try await wait(until: "commits of both") {
      try left.notes().counts.applied > 0 && right.notes().counts.applied > 0
    }
    try await right.stop()
    try await publish(input.events[third..<2 * third])
    let again = try scene.start("right")
    try await publish(input.events[(2 * third)...])
    try await finish([left, again])

    #expect(try again.notes().restored > 0, "there was nothing to read back, so this showed little")
    try await check([left, right, again])
  }

  /// An instance works alone; another one joins in the middle and takes lanes over; then the first leaves for
  /// good.
  @Test func lanesMoveWithTheirSessions() async throws {
    let quarter = input.events.count / 4
    try await onOwnThread { try scene.createTopics() }
    let first = try scene.start("first")
    try await publish(input.events[..<quarter])
    try await wait(until: "commits of the first") { try first.notes().counts.applied > 0 }
    let second = try scene.start("second")
    try await publish(input.events[quarter..<2 * quarter])
    try await wait(until: "two lanes each") {
      try first.notes().lanes.count == 2 && second.notes().lanes.count == 2
    }
    try await publish(input.events[(2 * quarter)..<3 * quarter])
    try await wait(until: "commits of the second") { try second.notes().counts.applied > 0 }
    try await first.stop()
    try await publish(input.events[(3 * quarter)...])
    try await wait(until: "all lanes at the second") {
      try second.notes().lanes.count == Int(scene.partitions)
    }
    try await finish([second])

    #expect(try second.notes().restored > 0, "there was nothing to read back, so this showed little")
    try await check([first, second])
  }

  // MARK: - Steps

  private func publish(_ events: ArraySlice<JourneyInput.Event>) async throws {
    try await onOwnThread { try scene.publish(events) }
  }

  /// Waits until the group's offsets are at the end of the input, and stops the instances.
  private func finish(_ instances: [Instance]) async throws {
    try await wait(until: "the end of the input") {
      for instance in instances { _ = try instance.notes() }
      return try await onOwnThread { try scene.isConsumed() }
    }
    for instance in instances { try await instance.stop() }
    #expect(try await onOwnThread { try scene.isConsumed() })
  }

  /// Compares what a reader of committed records finds with the replay.
  private func check(_ instances: [Instance]) async throws {
    var counts = BatchCounts()
    for instance in instances { counts = counts + (try instance.notes().counts) }
    #expect(counts.applied == input.distinct)
    #expect(counts.rejected == 0)
    #expect(counts.routed > input.distinct / 10, "hardly anything was keyed wrongly, so this showed little")

    let snapshots = try await onOwnThread { try scene.snapshots() }
    let revisions = Set(snapshots.map { "\($0.id) \($0.revision)" })
    #expect(revisions.count == snapshots.count, "a revision was published twice")
    var newest: [String: SessionView] = [:]
    for snapshot in snapshots { newest[snapshot.id] = snapshot }
    let found = newest.values.filter { $0.mergedInto == nil }.map(\.essence).sorted()

    let replay = try await OfflineReplay(input).run(scene.settings("any").lanes)
    #expect(replay.summary.applied == input.distinct)
    let expected = replay.sessions.map(\.essence).sorted()
    // Only the first of them: a failure would print thousands.
    let difference = zip(found, expected).first { $0 != $1 }.map { "\($0) instead of \($1)" }
    #expect(difference == nil)
    #expect(found.count == expected.count)
    try await onOwnThread { try scene.deleteTopics() }
  }
}
