import JourneyModel
import JourneyRules
import Testing
import WireFormat

/// One session's actions under definitions written as JSON: segments are assigned by hand, so that only
/// actions are in question.
final class ActionScene {
  /// A session as far as actions ask.
  struct FakeSession: ActionSession {
    var id = SessionID(high: 1, low: 2)
    var isOpen = true
    var page: String? = "https://shop.example/cart?x=1"

    var lastPage: (value: ByteSlice, bytes: [UInt8])? {
      page.map { page in
        let bytes = Array("{\"title\":\"T\",\"url\":\"\(page)\"}".utf8)
        return (ByteSlice(offset: 0, length: bytes.count), bytes)
      }
    }
  }

  static let start: Int64 = 1_767_600_000_000

  let bundle: CompiledBundle
  let evaluator: ActionEvaluator
  private let rules: RuleEvaluator
  var session = FakeSession()
  var state = RuleState()
  private var events = 0

  init(_ definitions: [String], settings: RuleSettings = RuleSettings()) throws {
    let text = "{\"entities\":[" + definitions.joined(separator: ",") + "]}"
    let check = DefinitionCheck([
      DefinitionDocument(file: "scene", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    bundle = CompiledBundle(
      try #require(check.bundle, "\(check.findings)"), settings: settings, hasScores: true)
    evaluator = ActionEvaluator(actions: bundle.actions, rules: bundle.rules)
    rules = RuleEvaluator(rules: bundle.rules)
  }

  /// Lets an event take place: a page view or something else, on which some segments are assigned.
  ///
  /// - Returns: what happened, in words: `qualified m1`, `blocked m2 FrequencyCapping`.
  @discardableResult
  func event(
    at milliseconds: Int64, _ names: [String] = ["page_viewed"], isPing: Bool = true, takenAfter: Int64 = 0,
    report: ActionReport? = nil
  ) -> [String] {
    events += 1
    var output: [ActionEvent] = []
    for (number, name) in names.enumerated() {
      let (event, batch) = ActionScene.event(
        name, id: "e\(events)-\(number)", at: ActionScene.start + milliseconds)
      var fired: [Fired] = []
      rules.evaluate(event, of: batch, session: NoFacts(), state: &state, output: &fired)
      let time = EventTime(milliseconds: ActionScene.start + milliseconds)
      evaluator.evaluate(
        fired,
        ActionRound(
          time: time, takenAt: time + EventTime.Span(milliseconds: takenAfter), event: "e\(events)-\(number)",
          isPing: isPing, report: report), session: session, state: &state, output: &output)
    }
    expectSize()
    return output.map(ActionScene.words)
  }

  /// What a state says of its size is kept as it changes, and has to be what one says that was read anew.
  private func expectSize() {
    #expect((try? state.reread())?.byteCount == state.byteCount)
  }

  /// Lets the session's timers fire.
  func timer(at milliseconds: Int64, takenAfter: Int64 = 0) -> [String] {
    let time = EventTime(milliseconds: ActionScene.start + milliseconds)
    var output: [ActionEvent] = []
    evaluator.evaluate(
      dueUpTo: time,
      ActionRound(
        time: time, takenAt: time + EventTime.Span(milliseconds: takenAfter), event: nil, isPing: false),
      session: session, state: &state, output: &output)
    expectSize()
    return output.map(ActionScene.words)
  }

  /// The maps that segments of the customer trigger: `m by vip`.
  func triggers(_ segments: [String], at milliseconds: Int64) -> [String] {
    evaluator.triggers(
      of: segments.map { ActionScene.held($0) },
      at: EventTime(milliseconds: ActionScene.start + milliseconds),
      session: session, state: state
    ).map { "\($0.map) by \($0.segment.id)" }
  }

  /// Lets a map act that a segment of the customer triggers.
  func grant(_ map: String, by segment: String, at milliseconds: Int64, takenAfter: Int64 = 0) -> [String] {
    let time = EventTime(milliseconds: ActionScene.start + milliseconds)
    var output: [ActionEvent] = []
    evaluator.evaluate(
      granted: CustomerTrigger(map: map, segment: ActionScene.held(segment)),
      ActionRound(
        time: time, takenAt: time + EventTime.Span(milliseconds: takenAfter), event: "command of \(segment)",
        isPing: false), session: session, state: &state, output: &output)
    expectSize()
    return output.map(ActionScene.words)
  }

  private static func held(_ segment: String) -> CustomerSegment {
    CustomerSegment(id: segment, assignment: "a-\(segment)", cause: "command of \(segment)")
  }

  /// Reports a state of a map's newest action.
  func report(_ reported: ActionState, of map: String, at milliseconds: Int64) -> [String] {
    guard let action = state.actions.last(where: { $0.map == map }) else { return [] }
    return event(
      at: milliseconds, ["anything"], isPing: false, report: ActionReport(action: action.id, state: reported))
  }

  private static func words(_ event: ActionEvent) -> String {
    switch event.happening {
    case .qualified(let isOutside):
      (isOutside ? "qualifiedOutsideSchedule " : "qualified ") + event.action.map
    case .offered: "offered " + event.action.map
    case .expired: "expired " + event.action.map
    case .blocked(let reason): "blocked \(event.action.map) \(reason.word)"
    case .reported(let state, _): "\(state.word) \(event.action.map)"
    }
  }

  private static func event(_ name: String, id: String, at time: Int64) -> (Event, EventBatch) {
    var bytes: [UInt8] = []
    func keep(_ text: String) -> ByteSlice {
      let slice = ByteSlice(offset: bytes.count, length: text.utf8.count)
      bytes += Array(text.utf8)
      return slice
    }
    var event = Event(stream: .web, time: EventTime(milliseconds: time))
    event.name = keep(name)
    event.id = keep(id)
    event.sessionType = keep("web")
    var batch = EventBatch()
    batch.bytes = bytes
    return (event, batch)
  }

  // MARK: - Definitions

  /// A segment that each event of its own name assigns.
  static func segment(_ id: String) -> String {
    """
    {"kind":"segment","id":"\(id)","displayName":"\(id)","version":1,"journey":{"patterns":[{"criteria":[{"key":"eventName",\
    "values":["\(id)"],"operator":"equal","shouldIgnoreCase":false}],"count":1,"streamType":"Web","sessionType":"web"}]}}
    """
  }

  /// A map; `more` are further members.
  static func map(
    _ id: String, segments: [String], media: String = "webMessagingOffer", more: String = "",
    activation: String = "\"type\":\"immediate\""
  ) -> String {
    let triggers = segments.map { "\"\($0)\"" }.joined(separator: ",")
    return """
      {"kind":"actionMap","id":"\(id)","displayName":"\(id)","version":1,"triggerWithSegments":[\(triggers)],\
      "activation":{\(activation)},"action":{\(action(media))}\(more.isEmpty ? "" : "," + more)}
      """
  }

  /// A map that is triggered by events of a name.
  static func map(_ id: String, event: String, media: String, more: String = "") -> String {
    """
    {"kind":"actionMap","id":"\(id)","displayName":"\(id)","version":1,"triggerWithEventConditions":[{"key":"eventName",\
    "values":["\(event)"],"operator":"equal","streamType":"Web","sessionType":"web"}],"activation":{"type":"immediate"},\
    "action":{\(action(media))}\(more.isEmpty ? "" : "," + more)}
    """
  }

  private static func action(_ media: String) -> String {
    switch media {
    case "contentOffer": "\"mediaType\":\"contentOffer\",\"actionTemplate\":{\"id\":\"t\"}"
    case "architectFlow":
      "\"mediaType\":\"architectFlow\",\"architectFlowFields\":{\"architectFlow\":{\"id\":\"f\"},\"flowRequestMappings\":[]}"
    default: "\"mediaType\":\"webMessagingOffer\",\"webMessagingOfferFields\":{\"offerText\":\"Hello\"}"
    }
  }

  static let template =
    "{\"kind\":\"actionTemplate\",\"id\":\"t\",\"name\":\"T\",\"version\":1,\"mediaType\":\"contentOffer\",\"state\":\"Active\",\"contentOffer\":{\"title\":\"Hi\"}}"

  /// A cap on invitations to messaging.
  static func cap(_ members: String) -> String {
    "{\"kind\":\"frequencyCap\",\"id\":\"c\",\"version\":1,\"mediaType\":\"webMessagingOffer\",\(members)}"
  }
}
