import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SeededGenerator
import Testing
import WireFormat

@testable import LogTools

/// Recorded events and definitions, both as JSON, for explanations.
struct ExplanationScene {
  static let start: Int64 = 1_767_600_000_000

  let lines: [(stream: JourneyModel.Stream, lines: [String])]
  let bundle: DefinitionBundle
  let settings: LaneSettings

  /// - Parameter definitions: JSON objects.
  init(
    _ definitions: [String], web: [String], custom: [String] = [],
    _ change: (inout LaneSettings) -> Void = { _ in }
  ) throws {
    lines = [(.web, web), (.custom, custom)]
    let text = "[\(definitions.joined(separator: ","))]"
    let check = DefinitionCheck([
      DefinitionDocument(file: "scene", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    bundle = try #require(check.bundle, "\(check.findings)")
    settings = LaneHarness.settings(change)
  }

  /// One event of Ann's, some milliseconds after the start.
  static func event(
    _ id: String, at time: Int64, _ name: String = "page_viewed", of customer: String = "ann",
    with more: String = ""
  ) -> String {
    LaneHarness.event(id, at: time, of: customer, name: name, more.isEmpty ? "" : ",\(more)")
  }

  /// The id of the session that an event opens.
  static func session(openedBy event: String, at time: Int64 = 0, of customer: String = "ann") -> SessionID {
    SessionID(
      type: "web".utf8, customerIDType: "cookie".utf8, customerID: customer.utf8, firstEventID: event.utf8,
      at: EventTime(milliseconds: start + time))
  }

  /// A segment.
  static func segment(
    _ id: String, context: String? = nil, journey: String? = nil, isOrdered: Bool = false, _ more: String = ""
  ) -> String {
    var text = "{\"kind\":\"segment\",\"id\":\"\(id)\",\"displayName\":\"Segment \(id)\",\"version\":1\(more)"
    if let context { text += ",\"context\":{\"patterns\":[\(context)]}" }
    if let journey { text += ",\"journey\":{\"patterns\":[\(journey)],\"ordered\":\(isOrdered)}" }
    return text + "}"
  }

  static func criterion(
    _ key: String, _ operation: String, _ values: String..., ignoresCase: Bool = true
  ) -> String {
    let list = values.map { "\"\($0)\"" }.joined(separator: ",")
    return
      "{\"key\":\"\(key)\",\"operator\":\"\(operation)\",\"values\":[\(list)],\"shouldIgnoreCase\":\(ignoresCase)}"
  }

  static func pattern(_ criteria: String..., count: Int = 1, name: String? = nil, type: String = "web")
    -> String
  {
    let stream = type == "web" ? "Web" : "Custom"
    let named = name.map { ",\"eventName\":\"\($0)\"" } ?? ""
    return
      "{\"criteria\":[\(criteria.joined(separator: ","))],\"count\":\(count),\"streamType\":\"\(stream)\",\"sessionType\":\"\(type)\"\(named)}"
  }

  static func context(_ criteria: String...) -> String {
    "{\"criteria\":[\(criteria.joined(separator: ","))]}"
  }

  static let takenAt = EventTime(milliseconds: start + 31_536_000_000)

  func inputs() -> [Replay.Input] {
    lines.enumerated().map { index, input in
      let source = Source(input.lines, input: Int32(index))
      return Replay.Input(stream: input.stream) { await source.next() }
    }
  }

  /// Hands out a few lines at a time.
  private actor Source {
    private var left: ArraySlice<String>
    private let input: Int32
    private var number: Int64 = 0

    init(_ lines: [String], input: Int32) {
      left = lines[...]
      self.input = input
    }

    func next() -> RecordChunk? {
      guard !left.isEmpty else { return nil }
      var chunk = RecordChunk(source: TopicPartition("in", input), next: NextOffset(number))
      for line in left.prefix(7) {
        chunk.append(offset: RecordOffset(number), timestamp: -1, key: nil, value: Array(line.utf8))
        number += 1
      }
      chunk.seal()
      left = left.dropFirst(7)
      return chunk
    }
  }

  /// The recorded events.
  func events(closes: Bool = false) -> RecordedEvents {
    let scene = self
    return RecordedEvents(settings: settings, takenAt: ExplanationScene.takenAt, closes: closes) {
      scene.inputs()
    }
  }

  /// Explains a definition in a session that is there.
  func explain(_ id: String, _ session: SessionID, closes: Bool = false) async throws -> Explanation {
    let definition = try #require(bundle.entries.map(\.definition).first { $0.id == id })
    let events = events(closes: closes)
    guard case .found(let customer, let lane) = try await events.search(session) else {
      throw CodecError("no session \(session.text)")
    }
    let explained = try await events.explain(
      definition, of: CompiledBundle(bundle), session: session, customer: customer, lane: lane)
    return try #require(explained)
  }

  /// What `replay` writes: sessions, and derived events of all kinds.
  ///
  /// - Parameter bundle: other definitions than the scene's.
  func replay(
    closes: Bool = false, under bundle: DefinitionBundle? = nil
  ) async throws -> (sessions: [DefinitionValue], derived: [DefinitionValue]) {
    let lines = Lines()
    let replay = Replay(
      settings: settings, takenAt: ExplanationScene.takenAt, closes: closes,
      definitions: CompiledBundle(bundle ?? self.bundle))
    _ = try await replay.run(
      inputs(),
      into: Replay.Sink(
        sessions: { await lines.add(sessions: $0) }, rejected: { _ in }, progress: { _ in },
        events: { await lines.add(derived: $1) }))
    return (try await lines.sessions.map(read), try await lines.derived.map(read))
  }

  private func read(_ line: String) throws -> DefinitionValue { try DefinitionJSON.read(Array(line.utf8)) }

  private actor Lines {
    private(set) var sessions: [String] = []
    private(set) var derived: [String] = []

    func add(sessions bytes: [UInt8]) { sessions += Lines.split(bytes) }
    func add(derived bytes: [UInt8]) { derived += Lines.split(bytes) }

    private static func split(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }
}

/// What derived events say about one definition in a session.
struct ToldVerdict {
  /// When it held first, and the events that made it do so at that time.
  let time: String?
  let events: Set<String>

  init(_ derived: [DefinitionValue], about definition: Definition, in sessions: Set<String>) {
    let told = derived.filter { event in
      guard sessions.contains(event["session"]?["id"]?.text ?? "") else { return false }
      switch definition.kind {
      case .segment:
        let body = event["segmentAssignmentEvent"]
        return body?["segment"]?["id"]?.text == definition.id && body?["assignmentState"]?.text == "Assigned"
      case .outcome: return event["outcomeAchievedEvent"]?["outcome"]?["id"]?.text == definition.id
      default:
        let body = event["webActionEvent"]
        return body?["actionMap"]?["id"]?.text == definition.id
          && body?["action"]?["state"]?.text == "offered"
      }
    }
    let time = told.compactMap { $0["createdDate"]?.text }.min()
    self.time = time
    events = Set(told.filter { $0["createdDate"]?.text == time }.map { $0["correlationId"]?.text ?? "" })
  }

  /// Whether an explanation says the same.
  func agrees(with explanation: Explanation) -> Bool {
    guard let time else { return !explanation.held }
    return explanation.held && explanation.moment?.time.iso8601 == time
      && events.contains(explanation.moment?.event ?? "")
  }
}
