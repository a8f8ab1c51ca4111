import EventLog
import JourneyModel
import SeededGenerator
import Sessionizer
import WireFormat

@testable import JourneyRules

/// Events through decoder, sessionizer and rules, one at a time, as a lane does it.
final class RuleFeed {
  /// One event's result.
  struct Step {
    var session: SessionID
    var fired: [Fired]
  }

  private(set) var rules: CompiledRules
  private(set) var states: [SessionID: RuleState] = [:]
  let stream: JourneyModel.Stream
  let sessionType: String
  let externalID: String?
  private let decoder: EventDecoder
  private let sessionizer: Sessionizer
  private var evaluator: RuleEvaluator
  private var generator: SeededGenerator
  /// Whether the evaluator has met each value before it counts, so that it remembers what texts it has.
  var rehearses = false

  /// How many values of events the evaluator remembers.
  var rememberedValues: Int { evaluator.texts.count }

  struct NoMemory: Error {}

  init(
    _ rules: CompiledRules, _ stream: JourneyModel.Stream = .web, sessionType: String? = nil,
    seed: UInt64 = 1, decoder: EventDecoder? = nil
  ) throws {
    guard let decoder = decoder ?? EventDecoder(limits: DecodingLimits(), partitions: 8) else {
      throw NoMemory()
    }
    self.decoder = decoder
    self.rules = rules
    self.stream = stream
    self.sessionType = sessionType ?? stream.name
    externalID = stream == .conversation || stream == .custom ? "External-1" : nil
    sessionizer = Sessionizer(settings: SessionSettings())
    evaluator = RuleEvaluator(rules: rules)
    generator = SeededGenerator(seed: seed)
  }

  /// Takes other rules, as a lane does between two batches.
  func use(_ rules: CompiledRules) {
    self.rules = rules
    evaluator = RuleEvaluator(rules: rules)
  }

  /// Throws away what is not stored: states become bytes and back, the evaluator's memory is gone.
  func restart() throws {
    evaluator = RuleEvaluator(rules: rules)
    for (id, state) in states {
      let restored = try state.reread()
      states[id] = restored
    }
  }

  /// Changes a session's state.
  func change(_ session: SessionID, _ body: (inout RuleState) -> Void) {
    body(&states[session, default: RuleState()])
  }

  /// Admits one event and evaluates it.
  @discardableResult
  func take(_ event: ModelEvent) throws -> Step {
    var chunk = RecordChunk(source: TopicPartition(stream.name, 0), next: NextOffset(0))
    chunk.append(offset: RecordOffset(0), timestamp: -1, key: nil, value: Array(json(event).utf8))
    chunk.seal()
    let decoded = decoder.decode(chunk, stream: stream)
    guard let first = decoded.batch.events.first else {
      throw Rejected(reason: "\(decoded.rejections.map(\.reason)): \(json(event))")
    }
    sessionizer.begin(takenAt: .latest)
    let admission = sessionizer.admit(first, of: decoded.batch)
    guard admission == .applied else { throw Rejected(reason: "\(admission)") }
    let touched = sessionizer.finish().compactMap(\.session)
    // The event's own session is touched before those whose timers it fires.
    guard let session = touched.first(where: { $0.lifecycle != .merged }) else {
      throw Rejected(reason: "untouched")
    }
    var state = states[session.id] ?? RuleState()
    for merged in touched where merged.mergedInto == session.id {
      if let other = states.removeValue(forKey: merged.id) { state.merge(other, settings: rules.settings) }
    }
    // Once to be seen, once to be remembered.
    for _ in 0..<(rehearses ? 2 : 0) {
      var (scratch, ignored) = (RuleState(), [Fired]())
      evaluator.evaluate(
        first, of: decoded.batch, session: NoFacts(stream: stream), state: &scratch, output: &ignored)
    }
    var fired: [Fired] = []
    evaluator.evaluate(first, of: decoded.batch, session: session, state: &state, output: &fired)
    states[session.id] = state
    return Step(session: session.id, fired: fired)
  }

  struct Rejected: Error { var reason: String }

  /// One event with members in JSON.
  @discardableResult
  func take(_ id: String, _ name: String, at time: Int64 = 0, _ members: ModelValue.Member...) throws
    -> [Fired]
  {
    try take(ModelEvent(id: id, name: name, time: time, members: members)).fired
  }

  /// One page view.
  @discardableResult
  func take(_ id: String, at time: Int64 = 0, _ members: ModelValue.Member...) throws -> [Fired] {
    try take(ModelEvent(id: id, name: "page_viewed", time: time, members: members)).fired
  }

  private func json(_ event: ModelEvent) -> String {
    var date: [UInt8] = []
    EventTime(milliseconds: RuleFeed.start + event.time).appendISO8601(to: &date)
    var text = "{\"id\":\"\(event.id)\",\"eventName\":\"\(event.name)\",\"createdDate\":\""
    text += String(decoding: date, as: UTF8.self) + "\",\"customerId\":\"Customer-1\""
    if stream == .custom {
      text += ",\"sessionType\":\"\(sessionType)\",\"externalId\":\"External-1\""
    } else if stream == .conversation {
      text += ",\"conversationId\":\"External-1\""
    }
    for member in event.members {
      text += ",\"\(member.name)\":"
      member.value.write(to: &text, &generator)
    }
    return text + "}"
  }

  /// 2026-01-05T08:00:00Z.
  static let start: Int64 = 1_767_600_000_000
}

extension ModelValue.Member {
  /// A member of text.
  static func text(_ name: String, _ text: String) -> Self { Self(name: name, value: .string(text)) }

  /// A member that is an object of texts.
  static func object(_ name: String, _ members: KeyValuePairs<String, String>) -> Self {
    Self(name: name, value: .object(members.map { .text($0.key, $0.value) }))
  }

  /// Custom attributes.
  static func attributes(_ members: KeyValuePairs<String, String>) -> Self { object("attributes", members) }
}
