internal import Foundation
internal import JourneyRules
internal import LogTools
internal import Processor
internal import Sessionizer
internal import Testing
internal import Threads
import WireFormat

#if canImport(Glibc)
  internal import Glibc
#endif

/// The built processor as two processes on a real broker, killed again and again while events come in.
/// `Broker` says how to give a broker, `SojournProcess` where the binary is looked for.
///
/// With `SOJOURN_TEST_BROKER_KILL`, a shell command that kills the broker and starts it again, the broker
/// dies once too.
@Suite(
  .enabled(if: Broker.isGiven, Broker.hint),
  .enabled(if: SojournProcess.isBuilt, "needs the built binary: set SOJOURN=/path/to/sojourn"))
struct KilledProcessesTests {
  private static let kills = 10
  private static let names = ["left", "right"]
  private static let brokerKill = ProcessInfo.processInfo.environment["SOJOURN_TEST_BROKER_KILL"]
  private let scene = ProcessorScene(partitions: 8)
  private let input = JourneyInput(seed: 11, events: 200_000, crowd: 20)

  @Test func nothingIsLostOrDoubled() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: scene.prefix)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try await command(["topics", "apply"], in: directory)
    let definitions = directory.appending(path: "definitions.json")
    try DerivedView.definitions.write(to: definitions, atomically: true, encoding: .utf8)
    try await command(["definitions", "apply", definitions.path], in: directory)

    let tally = try await onOwnThread { try work(in: directory) }
    #expect(tally.kills == Self.kills)
    #expect(tally.behind >= Self.kills * 4 / 5, "\(tally): too many kills came when there was nothing to do")

    let verified = try await command(["replay", "--verify"], in: directory)
    let summary = verified.output.split(separator: "\n").last.map(String.init) ?? ""
    #expect(summary.hasSuffix("\"unverifiable\":0,\"mismatches\":0}"), "\(verified.output)")

    let (found, snapshots) = try await onOwnThread { try newest() }
    let lanes = scene.settings("any").lanes
    let offline = OfflineReplay(input)
    let bundle = try #require(try DerivedView.bundle(lanes.sessions.rules))
    let replay = try await offline.snapshots(lanes, definitions: bundle)
    #expect(replay.summary.applied == input.distinct)
    let expected = try replay.sessions.map { try SessionView.comparable($0) }.sorted()
    // Only the first of them: a failure would print thousands.
    let difference = zip(found, expected).first { $0 != $1 }.map { "\($0)\ninstead of\n\($1)" }
    #expect(difference == nil)
    #expect(found.count == expected.count)
    let triggers = try await compareDerived(with: offline)
    try await onOwnThread { try scene.deleteTopics() }
    print("\(tally); \(triggers); \(found.count) sessions, \(snapshots) snapshots; verified: \(summary)")
  }

  // MARK: - Steps

  /// What was done to the processes.
  private struct Tally: CustomStringConvertible {
    var kills = 0
    /// Kills with records left to read.
    var behind = 0
    /// Most records left to read at a kill.
    var deepest: Int64 = 0
    var brokerKills = 0

    var description: String {
      "\(kills) kills, \(behind) of them with up to \(deepest) records to read, \(brokerKills) kills of the broker"
    }
  }

  /// Publishes, kills, and waits until everything is consumed and the processes have stopped as asked.
  private func work(in directory: URL) throws -> Tally {
    var processes: [String: SojournProcess] = [:]
    defer { for process in processes.values { process.kill() } }
    var starts = 0
    func start(_ name: String) throws {
      starts += 1
      let errors = directory.appending(path: "\(name)-\(starts).errors")
      processes[name] = try SojournProcess(
        ["run"] + options(name, directory) + ["--set", "storage.directory=\(directory.path)/\(name)"],
        errors: errors)
    }
    /// A process that ends by itself has failed.
    func look() throws {
      for (name, process) in processes where !process.isRunning {
        throw WaitedInVain(description: "'\(name)' ended by itself: \(process.said.suffix(2_000))")
      }
    }
    for name in Self.names { try start(name) }

    var tally = Tally()
    let slice = input.events.count / (Self.kills + 1) + 1
    var published = 0
    func publish() throws {
      let end = min(published + slice, input.events.count)
      try scene.publish(input.events[published..<end])
      published = end
    }
    try publish()
    for kill in 0..<Self.kills {
      let victim = Self.names.randomElement() ?? ""
      try waitBlocking(until: "lanes at '\(victim)'") {
        try look()
        return processes[victim]?.said.contains(" runs with ") ?? false
      }
      try publish()
      Thread.sleep(forTimeInterval: .random(in: 0..<0.4))
      try look()
      processes[victim]?.kill()
      tally.kills += 1
      let lag = try left()
      if lag > 0 { tally.behind += 1 }
      tally.deepest = max(tally.deepest, lag)
      try start(victim)
      if kill == Self.kills / 2, let command = Self.brokerKill {
        // One that is about to start ends if it finds no broker; whoever supervises it starts it again.
        try waitBlocking(until: "lanes at '\(victim)'") {
          try look()
          return processes[victim]?.said.contains(" runs with ") ?? false
        }
        try killBroker(command)
        tally.brokerKills += 1
      }
    }
    // As long as it gets on: how fast that is depends on the build and the machine.
    while !((try? scene.isConsumed()) ?? false) {
      let before = try left()
      try waitBlocking(until: "less than \(before) records to read") {
        try look()
        return try left() < before || (try? scene.isConsumed()) ?? false
      }
    }
    for (name, process) in processes {
      let code = process.stop()
      guard code == 0 else {
        throw WaitedInVain(description: "'\(name)' ended with \(code): \(process.said.suffix(2_000))")
      }
    }
    guard published == input.events.count, try scene.isConsumed() else {
      throw WaitedInVain(description: "not everything is consumed")
    }
    return tally
  }

  /// Records that are still to be read. A broker that has just started does not know at once.
  private func left() throws -> Int64 {
    var found: Int64?
    try waitBlocking(until: "the group's offsets") {
      found = try? scene.lag()
      return found != nil
    }
    return found ?? 0
  }

  private func killBroker(_ command: String) throws {
    // `Process` would wait for the new broker as well, which inherits what it watches.
    let status = system(command)
    guard status == 0 else {
      throw WaitedInVain(description: "SOJOURN_TEST_BROKER_KILL ended with \(status)")
    }
  }

  /// The newest snapshot of each session that is not part of another one, ready to be compared, and how many
  /// there are of all sessions.
  private func newest() throws -> ([String], Int) {
    var newest: [String: [UInt8]] = [:]
    var merged: Set<String> = []
    var revisions: Set<String> = []
    var count = 0
    try scene.readSnapshots { bytes in
      let view = try SessionView(decoding: bytes)
      count += 1
      revisions.insert("\(view.id) \(view.revision)")
      newest[view.id] = bytes
      if view.mergedInto == nil { merged.remove(view.id) } else { merged.insert(view.id) }
    }
    #expect(revisions.count == count, "a revision was published twice")
    return (try newest.filter { !merged.contains($0.key) }.values.map(SessionView.comparable).sorted(), count)
  }

  /// Each derived event once, and those that a run without faults gives.
  private func compareDerived(with offline: OfflineReplay) async throws -> String {
    let found = try await onOwnThread {
      var views: [DerivedView] = []
      for topic in scene.topics.derived {
        try scene.readValues(of: topic) { views.append(try DerivedView(decoding: $0)) }
      }
      return views
    }
    let expected = try offline.derivedEvents.map { try DerivedView(decoding: $0) }
    #expect(Set(found.map(\.id)).count == found.count, "a derived event is there twice")
    let (left, right) = (found.compactMap(\.essence).sorted(), expected.compactMap(\.essence).sorted())
    let difference = zip(left, right).first { $0 != $1 }.map { "\($0) instead of \($1)" }
    #expect(difference == nil)
    #expect(left.count == right.count)
    var offered: [String: Int] = [:]
    for body in found.compactMap(\.webActionEvent) where body.action.state == "offered" {
      offered[body.actionMap.id, default: 0] += 1
    }
    for map in ["welcome", "back", "each"] { #expect(offered[map, default: 0] > 1_000) }
    let triggers = offered.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }
    return "\(found.count) derived events, triggers once each: \(triggers.joined(separator: ", "))"
  }

  @discardableResult
  private func command(_ arguments: [String], in directory: URL) async throws -> SojournProcess.Answer {
    let answer = try await onOwnThread {
      try SojournProcess.run(arguments + options("command", directory), in: directory)
    }
    try #require(answer.code == 0, "\(arguments): \(answer.errors)\(answer.output)")
    return answer
  }

  /// The settings of `ProcessorScene`, as the command takes them.
  private func options(_ instance: String, _ directory: URL) -> [String] {
    let settings = [
      "topics.prefix": scene.prefix, "group": scene.prefix + "group", "instance": scene.prefix + instance,
      "partitions": "\(scene.partitions)", "time.topicIdle": "24h", "http.port": "off",
      // Many small transactions, checkpoints among them, and files that a restart may use.
      "maxBatchEvents": "500", "checkpointAge": "1s", "storage.laneFileInterval": "1s",
      "kafka.session.timeout.ms": "6000",
      "rules.maxTriggerAge": "\(ProcessorScene.triggerAgeHours)h",
    ]
    return ["--log", "kafka://\(Broker.addresses ?? "")"]
      + settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
  }
}
