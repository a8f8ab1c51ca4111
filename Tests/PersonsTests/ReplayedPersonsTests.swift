import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LogTools
import Processor
import Testing
import WireFormat

@testable import Persons

/// A replay of files finds the people that lanes have found, commands included.
@Suite struct ReplayedPersonsTests {
  /// What a replay has written.
  private actor Written {
    private(set) var sessions: [[String: Any]] = []
    private(set) var contacts: [[String: Any]] = []
    private(set) var rejected: [Replay.Rejected] = []
    private(set) var actions = 0

    func add(sessions lines: [UInt8]) throws { sessions += try objects(lines) }
    func add(contacts lines: [UInt8]) throws { contacts += try objects(lines) }
    func add(actions lines: [UInt8]) { actions += lines.count { $0 == UInt8(ascii: "\n") } }
    func add(_ more: [Replay.Rejected]) { rejected += more }

    private func objects(_ lines: [UInt8]) throws -> [[String: Any]] {
      try lines.split(separator: UInt8(ascii: "\n")).compactMap {
        try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
      }
    }

    /// Text that can leave the actor.
    var people: [String] { contacts.filter { $0["mergedTo"] == nil }.map(Self.words).sorted() }
    var visits: [String] { sessions.map(Self.visit).sorted() }

    /// What a contact is, without what depends on how it came about: revision, dates, what it was called.
    static func words(_ contact: [String: Any]) -> String {
      func texts(_ member: String, _ text: ([String: Any]) -> Any?) -> [String] {
        (contact[member] as? [[String: Any]] ?? []).map { "\(text($0) ?? "")" }.sorted()
      }
      let parts: [Any] = [
        contact["id"] ?? "", contact["type"] ?? "", contact["name"] ?? "-",
        texts("identifiers") { $0["value"] }, texts("devices") { $0["value"] },
        texts("segmentAssignments") { ($0["segment"] as? [String: Any])?["id"] },
        texts("suggestions") { "\($0["reason"] ?? "") \($0["contact"] ?? "")" },
      ]
      return parts.map { "\($0)" }.joined(separator: " | ")
    }

    static func visit(_ session: [String: Any]) -> String {
      let contact = (session["externalContact"] as? [String: Any])?["id"]
      let customer = (session["card"] as? [String: Any])?["customer"]
      return "\(session["id"] ?? "") \(session["revision"] ?? "") \(contact ?? "") \(customer ?? "")"
    }
  }

  /// Hands out lines, some at a time.
  private actor Lines {
    private var left: ArraySlice<String>
    private let source: TopicPartition
    private let size: Int
    private var next: Int64 = 1

    init(_ lines: [String], _ source: TopicPartition, size: Int) {
      left = lines[...]
      self.source = source
      self.size = size
    }

    func chunk() -> RecordChunk? {
      guard !left.isEmpty else { return nil }
      var chunk = RecordChunk(source: source, next: NextOffset(next))
      for line in left.prefix(size) {
        chunk.append(offset: RecordOffset(next), timestamp: -1, key: nil, value: Array(line.utf8))
        next += 1
      }
      chunk.seal()
      left = left.dropFirst(size)
      return chunk
    }
  }

  /// An event, or without a stream a command.
  private struct Line {
    var stream: JourneyModel.Stream?
    var json: String
  }

  private func replay(
    _ lines: [Line], _ scene: PersonScene, size: Int
  ) async throws -> (Written, Replay.Summary) {
    let written = Written()
    let topics = scene.settings.topics
    // Commands first: what they are merged by is their time.
    let streams: [JourneyModel.Stream?] = [nil] + JourneyModel.Stream.allCases.map { $0 }
    let inputs = streams.enumerated().map { number, stream in
      let topic = stream.flatMap { topics.inputs[$0] } ?? topics.commands
      let source = Lines(
        lines.filter { $0.stream == stream }.map(\.json), TopicPartition(topic, Int32(number)), size: size)
      return Replay.Input(stream: stream) { await source.chunk() }
    }
    let replay = Replay(
      settings: scene.settings, takenAt: EventTime(milliseconds: scene.now), closes: false,
      definitions: scene.definitions)
    let sink = Replay.Sink(
      sessions: { try await written.add(sessions: $0) }, rejected: { await written.add($0) },
      progress: { _ in },
      events: { topic, lines in
        if topic == .contacts { try await written.add(contacts: lines) }
        if topic == .actions { await written.add(actions: lines) }
      })
    return (written, try await replay.run(inputs, into: sink))
  }

  /// A history in which somebody decides something every few events, at the very time of the last one.
  private func history(_ seed: UInt64) -> [Line] {
    var state = seed &* 77 | 1
    func below(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: (state >> 11) % UInt64(bound))
    }
    func email() -> String { #"{"type":"email","value":"p\#(below(7))@example.com"}"# }
    func phone() -> String { #"{"type":"phone","value":"+1555010\#(below(6))"}"# }
    var lines: [Line] = []
    for (number, event) in PersonHistory(seed: seed, events: 60).events.enumerated() {
      lines.append(Line(stream: event.stream, json: event.json))
      guard below(4) == 0, let time = event.json.firstRange(of: #/2026-01-0\dT[\d:.]+Z/#) else { continue }
      let order =
        switch below(7) {
        case 0: #""put","identifiers":[\#(email()),\#(phone())],"traits":{"displayName":"D\#(number)"}"#
        case 1: #""claim","identifier":\#(email()),"identifiers":[\#(phone())]"#
        case 2: #""release","identifier":\#(email()),"identifiers":[\#(phone())]"#
        case 3: #""separate","identifier":\#(email()),"identifiers":[\#(phone())]"#
        case 4: #""segments","identifier":\#(email()),"unassign":["s\#(below(2))"]"#
        case 5: #""verify","identifier":\#(phone())"#
        default: #""segments","identifier":\#(email()),"assign":[{"segment":"s\#(below(2))","days":1}]"#
        }
      lines.append(
        Line(
          stream: nil,
          json: #"{"id":"k\#(number)","createdDate":"\#(event.json[time])","operation":\#(order)}"#))
    }
    return lines
  }

  @Test(arguments: 1...UInt64(12))
  func theSamePeopleComeOut(_ seed: UInt64) async throws {
    let lines = history(seed)
    let commands = lines.count { $0.stream == nil }
    try #require(commands > 0)
    for lanes in [1, 4] as [Int32] {
      let scene = try PersonScene(lanes: lanes)
      for line in lines {
        if let stream = line.stream {
          try scene.publish(stream, line.json)
        } else {
          try scene.command(line.json, to: LaneNumber(lanes - 1))
        }
        try scene.settle()
      }
      let people = scene.contacts.values.filter { $0["mergedTo"] == nil }.map(Written.words).sorted()
      let visits = scene.sessions.values.map(Written.visit).sorted()
      for size in [5, 1_000] {
        let (written, summary) = try await replay(lines, scene, size: size)
        #expect(await written.people == people, "seed \(seed), \(lanes) lanes, \(size) at a time")
        #expect(await written.visits == visits, "seed \(seed), \(lanes) lanes, \(size) at a time")
        #expect(summary.commands == commands && summary.read == lines.count && summary.rejected == 0)
        #expect(
          summary.read
            == summary.applied + summary.duplicates + summary.rejected + summary.ignored + summary.commands)
      }
    }
  }

  /// Sessions that are held have no line, and who comes back when all of it is over is somebody new.
  @Test(arguments: [1, 4] as [Int32], [1, 1_000])
  func whoIsErasedIsNotWritten(lanes: Int32, size: Int) async throws {
    func view(_ id: String, _ customer: String, _ at: String) -> Line {
      Line(
        stream: .web,
        json:
          #"{"id":"\#(id)","eventName":"page_viewed","createdDate":"2026-01-05T\#(at)Z","customerIdType":"cookie","#
          + #""customerId":"\#(customer)","traits":{"email":"\#(customer)@example.com"}}"#)
    }
    let erase = Line(
      stream: nil,
      json: #"{"id":"k1","createdDate":"2026-01-05T10:05:00Z","operation":"erase","identifier":"#
        + #"{"type":"email","value":"ada@example.com"}}"#)
    let scene = try PersonScene(lanes: lanes)
    let first = [view("e1", "ada", "10:00:00"), view("e2", "bob", "10:01:00")]
    let (before, _) = try await replay(first, scene, size: size)
    #expect(await before.people.count == 2)
    let (without, summary) = try await replay(first + [erase], scene, size: size)
    #expect(await without.people.map { $0.contains("bob") } == [true])
    #expect(await without.visits.count == 1)
    #expect(summary.sessions == 1)
    let (again, _) = try await replay(first + [erase, view("e3", "ada", "10:11:00")], scene, size: size)
    #expect(await again.people.count == 2)
    #expect(await again.visits.count == 2)
    #expect(Set(await again.people).isDisjoint(with: await before.people.filter { $0.contains("ada") }))
  }

  /// The session is over when the next events come, and all of it is one chunk.
  @Test(arguments: [1, 4] as [Int32], [1, 1_000])
  func aMapReachesASessionThatIsStillOpen(lanes: Int32, size: Int) async throws {
    let scene = try PersonScene(lanes: lanes)
    let text = """
      {"entities":[{"kind":"segment","id":"vip","displayName":"S","scope":"Customer"},
      {"kind":"actionMap","id":"welcome","displayName":"W","triggerWithSegments":["vip"],
      "activation":{"type":"immediate"},
      "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"}}}}]}
      """
    let document = DefinitionDocument(file: "maps", value: try DefinitionJSON.read(Array(text.utf8)))
    let check = DefinitionCheck([document])
    scene.definitions = CompiledBundle(try #require(check.bundle, "\(check.findings)"))
    let ada = #"{"type":"email","value":"ada@example.com"}"#
    func view(_ number: Int, _ at: String, _ traits: String = "") -> Line {
      Line(
        stream: .web,
        json:
          #"{"id":"e\#(number)","eventName":"page_viewed","createdDate":"2026-01-05T\#(at)Z","customerIdType":"cookie","#
          + #""customerId":"c-\#(number)"\#(traits)}"#)
    }
    func command(_ id: String, _ at: String, _ order: String) -> Line {
      Line(
        stream: nil, json: #"{"id":"\#(id)","createdDate":"2026-01-05T\#(at)Z","operation":\#(order)}"#)
    }
    var lines = [
      command("k1", "09:58:00", #""put","identifiers":[\#(ada)]"#),
      command("k2", "09:59:00", #""segments","identifier":\#(ada),"assign":[{"segment":"vip"}]"#),
      view(0, "10:00:00", #","traits":{"email":"ada@example.com"}"#),
    ]
    for number in 1...30 { lines.append(view(number, "12:00:00")) }
    lines.append(view(31, "12:00:10", #","traits":{"email":"ada@example.com"}"#))
    let (written, summary) = try await replay(lines, scene, size: size)
    #expect(await written.actions == 2)
    #expect(summary.derived.qualified == 1 && summary.derived.offered == 1)
  }

  @Test func whatIsNoCommandIsRejectedWithItsLine() async throws {
    let scene = try PersonScene(lanes: 2)
    let lines = [
      Line(stream: nil, json: #"{"id":"k1","operation":"verify"}"#), Line(stream: nil, json: "{"),
      Line(
        stream: nil,
        json:
          #"{"id":"k2","createdDate":"2027-01-05T10:00:00Z","operation":"verify","identifier":{"type":"email","value":"a@b.example"}}"#
      ),
    ]
    let (written, summary) = try await replay(lines, scene, size: 10)
    #expect(summary.read == 3 && summary.rejected == 3 && summary.commands == 0)
    #expect(await written.rejected.map(\.line).sorted() == [1, 2, 3])
    #expect(
      Set(await written.rejected.map(\.reason.rawValue)) == ["missingTime", "malformedJSON", "tooFarAhead"])
  }

  @Test func withoutPersonsThereAreNoCommands() async throws {
    let scene = try PersonScene(lanes: 2, findsPersons: false)
    let line = Line(stream: nil, json: #"{"id":"k1","operation":"verify"}"#)
    await #expect(throws: LogError.self) { _ = try await replay([line], scene, size: 10) }
  }
}
