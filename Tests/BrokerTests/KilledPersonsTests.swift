internal import Foundation
internal import JourneyModel
internal import Testing
internal import Threads
import WireFormat

/// Persons are found and predictions learned by two processes that are killed again and again, on a real
/// broker. `Broker` says how to give one, `KilledProcessesTests` the rest.
@Suite(
  .enabled(if: Broker.isGiven, Broker.hint),
  .enabled(if: SojournProcess.isBuilt, "needs the built binary: set SOJOURN=/path/to/sojourn"))
struct KilledPersonsTests {
  private static let kills = 10
  private let scene = ProcessorScene(partitions: 8)
  private let input = PersonInput(seed: 5, persons: 3_000)

  @Test func nobodyIsLostOrActedOnTwice() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: scene.prefix)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let pair = KilledPair(
      scene: scene, directory: directory,
      settings: [
        "identity.enabled": "on", "time.allowedLateness": "5m",
        "predictions.minTrainInterval": "1s", "predictions.trainInterval": "2s",
      ])
    try await pair.command(["topics", "apply"])
    let definitions = directory.appending(path: "definitions.json")
    try Self.definitions.write(to: definitions, atomically: true, encoding: .utf8)
    try await pair.command(["definitions", "apply", definitions.path])

    let size = input.records.count / (Self.kills + 1) + 1
    let tally = try await onOwnThread {
      try pair.work(kills: Self.kills) { slice in
        try scene.publish(input.records.dropFirst(slice * size).prefix(size))
      }
    }
    #expect(tally.kills == Self.kills)

    let verified = try await pair.command(["replay", "--verify"])
    let summary = verified.output.split(separator: "\n").last.map(String.init) ?? ""
    #expect(summary.hasSuffix("\"unverifiable\":0,\"mismatches\":0}"), "\(verified.output)")
    #expect(!summary.contains("\"trainings\":0,"), "nothing was learned: \(summary)")

    let replayed = try await replay(with: pair, definitions)
    let found = try await onOwnThread { try contacts() }
    let expected = try lines(of: replayed.appending(path: "contacts.ndjson"))
      .map { try ContactView(decoding: $0) }.filter { $0.mergedTo == nil }.map(\.essence).sorted()
    // Only the first of them: a failure would print thousands.
    #expect(zip(found, expected).first { $0 != $1 }.map { "\($0)\ninstead of\n\($1)" } == nil)
    #expect(found.count == expected.count)
    let sessions = try await onOwnThread { try newestSessions() }
    let others = try lines(of: replayed.appending(path: "sessions.ndjson"))
      .map { try SessionView(decoding: $0).essence }.sorted()
    #expect(zip(sessions, others).first { $0 != $1 }.map { "\($0)\ninstead of\n\($1)" } == nil)
    #expect(sessions.count == others.count)

    let offers = try await onOwnThread { try offered() }
    #expect(offers.count == Set(offers).count, "the same assignment has triggered twice")
    #expect(Set(offers) == input.assignments)
    try await onOwnThread { try scene.deleteTopics() }
    print("\(tally); \(found.count) contacts, \(offers.count) assignments acted on; verified: \(summary)")
  }

  // MARK: - What came of it

  /// What a replay of the same records has written.
  private func replay(with pair: KilledPair, _ definitions: URL) async throws -> URL {
    let output = pair.directory.appending(path: "replayed")
    var arguments = ["replay", "--output", output.path, "--definitions", definitions.path]
    for (name, records) in Dictionary(grouping: input.records, by: { $0.stream?.name ?? "identity" }) {
      let file = pair.directory.appending(path: "\(name).ndjson")
      let text = records.map { $0.value + "\n" }.joined()
      try text.write(to: file, atomically: true, encoding: .utf8)
      arguments += ["--input", "\(name)=\(file.path)"]
    }
    try await pair.command(arguments)
    return output
  }

  private func lines(of file: URL) throws -> [[UInt8]] {
    try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  /// Who is known at the end.
  private func contacts() throws -> [String] {
    var newest: [String: ContactView] = [:]
    try scene.readValues(of: scene.topics[.contacts]) { bytes in
      let view = try ContactView(decoding: bytes)
      newest[view.id] = view
    }
    return newest.values.filter { $0.mergedTo == nil }.map(\.essence).sorted()
  }

  private func newestSessions() throws -> [String] {
    var newest: [String: SessionView] = [:]
    for snapshot in try scene.snapshots() { newest[snapshot.id] = snapshot }
    return newest.values.filter { $0.mergedInto == nil }.map(\.essence).sorted()
  }

  /// The decisions that have triggered the map, once for each time.
  private func offered() throws -> [String] {
    struct Trigger: Decodable {
      struct Reason: Decodable { var events: [String]? }
      var webActionEvent: DerivedView.ActionBody?
      var because: [Reason]?
    }
    var offers: [String] = []
    try scene.readValues(of: scene.topics[.actions]) { bytes in
      let trigger = try JSONDecoder().decode(Trigger.self, from: Data(bytes))
      guard let body = trigger.webActionEvent, body.action.state == "offered", body.actionMap.id == "vip-flow"
      else { return }
      offers += (trigger.because ?? []).flatMap { $0.events ?? [] }
    }
    return offers
  }

  private static let definitions = """
    {"entities":[
    {"kind":"segment","id":"vip","displayName":"VIP","scope":"Customer"},
    {"kind":"outcome","id":"purchase","displayName":"Purchase","journey":{"patterns":[{"criteria":[],"count":1,
     "streamType":"Web","sessionType":"web","eventName":"paid"}]}},
    {"kind":"predictor","id":"purchase-predictor","outcome":{"id":"purchase"}},
    {"kind":"actionMap","id":"vip-flow","displayName":"VIP","triggerWithSegments":["vip"],
     "activation":{"type":"immediate"},"action":{"mediaType":"architectFlow",
     "architectFlowFields":{"architectFlow":{"id":"f"}}}}
    ]}
    """
}
