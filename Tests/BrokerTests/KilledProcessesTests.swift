internal import Foundation
internal import JourneyRules
internal import LogTools
internal import Processor
internal import Sessionizer
internal import Testing
internal import Threads
import WireFormat

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
  private let scene = ProcessorScene(partitions: 8)
  private let input = JourneyInput(seed: 11, events: 200_000, crowd: 20)

  @Test func nothingIsLostOrDoubled() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: scene.prefix)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let pair = KilledPair(scene: scene, directory: directory)
    try await pair.command(["topics", "apply"])
    let definitions = directory.appending(path: "definitions.json")
    try DerivedView.definitions.write(to: definitions, atomically: true, encoding: .utf8)
    try await pair.command(["definitions", "apply", definitions.path])

    let size = input.events.count / (Self.kills + 1) + 1
    let tally = try await onOwnThread {
      try pair.work(kills: Self.kills) { slice in
        try scene.publish(input.events.dropFirst(slice * size).prefix(size))
      }
    }
    #expect(tally.kills == Self.kills)
    #expect(tally.behind >= Self.kills * 4 / 5, "\(tally): too many kills came when there was nothing to do")

    let verified = try await pair.command(["replay", "--verify"])
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
}
