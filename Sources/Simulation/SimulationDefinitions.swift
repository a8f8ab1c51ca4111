internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import WireFormat

/// The definitions that a simulation applies: some from its beginning, others somewhere in the middle of
/// everything.
struct SimulationDefinitions {
  /// The map that is triggered by each event of `in_transit`, under every revision.
  static let transitMap = "each-transit"
  /// The map whose flow starts a while after its segment.
  static let delayedMap = "later"

  /// The map whose flow starts when the customer comes back.
  static let returningMap = "returning"

  /// The maps that predictions of an order trigger, by what triggers them.
  static let likelyMap = "likely"
  static let topMap = "top"
  static let fallenMap = "fallen"

  /// The map that acts once on each assignment of a segment to a person.
  static let welcomeMap = "welcome"

  private let topic: String
  private let predicts: Bool
  /// Whether maps have conditions on predictions. Where none has, scores are left until somebody reads them.
  private let asksScores: Bool
  private var revision = 0

  /// - Parameter predicts: whether an outcome has a predictor.
  init(topic: String, predicts: Bool, asksScores: Bool) {
    self.topic = topic
    self.predicts = predicts
    self.asksScores = asksScores
  }

  /// Puts the next revision into force.
  mutating func apply(to log: any EventLog, now: Int64) throws {
    revision += 1
    let text = SimulationDefinitions.text(revision, predicts, asksScores)
    let value = try DefinitionJSON.read(Array(text.utf8))
    let check = DefinitionCheck([DefinitionDocument(file: "simulation", value: value)])
    guard let bundle = check.bundle else {
      throw LogError(.fatal, code: "definitions", "\(check.findings)")
    }
    let current = DefinitionRecords.Current(
      bundle: bundle.hash.description, revision: revision, appliedAt: EventTime(milliseconds: now))
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(try DefinitionRecords.records(bundle, as: current, topic: topic))
  }

  /// Revisions differ in a segment, an outcome, a map and a type; those that checks count on are in all of
  /// them.
  private static func text(_ revision: Int, _ predicts: Bool, _ asksScores: Bool) -> String {
    let page = { (number: Int) in
      "{\"key\":\"page.title\",\"values\":[\"Page \(number)\"],\"operator\":\"equal\",\"shouldIgnoreCase\":false,\"entityType\":\"visit\"}"
    }
    let transit =
      "{\"key\":\"eventName\",\"values\":[\"in_transit\"],\"operator\":\"equal\",\"streamType\":\"Custom\",\"sessionType\":\"delivery\"}"
    let flow =
      "\"action\":{\"mediaType\":\"architectFlow\",\"architectFlowFields\":{\"architectFlow\":{\"id\":\"f\"},\"flowRequestMappings\":[{\"name\":\"session\",\"attributeType\":\"String\",\"mappingType\":\"Lookup\",\"value\":\"session.id\"}]}}"
    let offer =
      "\"action\":{\"mediaType\":\"webMessagingOffer\",\"webMessagingOfferFields\":{\"offerText\":\"Hello\"}}"
    func pattern(_ criteria: String, count: Int) -> String {
      "\"journey\":{\"patterns\":[{\"criteria\":[\(criteria)],\"count\":\(count),\"streamType\":\"Web\",\"sessionType\":\"web\"}]}"
    }
    // Deliveries end by themselves, sooner or later, or never: timers of sessions that are open move, those
    // away as well.
    let predictors = predicts ? SimulationDefinitions.predictions(revision, asksScores ? flow : nil) : ""
    let timeout = ["", ",\"timeoutInSeconds\":3", ",\"timeoutInSeconds\":40"][revision % 3]
    return """
      {"entities":[
      {"kind":"segment","id":"page","displayName":"Page","version":\(revision),\(pattern(page(revision % 9), count: 1))},
      {"kind":"segment","id":"twice","displayName":"Twice","version":1,"assignmentExpirationDays":0,\(pattern(page(1) + "", count: 2))},
      {"kind":"outcome","id":"pages","displayName":"Pages","version":\(revision),\(pattern(page((revision + 3) % 9), count: 1))},
      {"kind":"actionMap","id":"\(transitMap)","displayName":"Each transit","version":1,"triggerWithEventConditions":[\(transit)],"activation":{"type":"immediate"},\(flow)},
      {"kind":"actionMap","id":"\(delayedMap)","displayName":"Later","version":1,"triggerWithSegments":["page"],"activation":{"type":"delay","delayInSeconds":2},\(flow)},
      {"kind":"actionMap","id":"\(returningMap)","displayName":"Returning","version":1,"triggerWithSegments":["page"],"activation":{"type":"on-next-session"},\(flow)},
      {"kind":"actionMap","id":"offer","displayName":"Offer","version":\(revision),"triggerWithSegments":["page","twice"],"activation":{"type":"immediate"},\(offer)},
      {"kind":"segment","id":"vip","displayName":"Vip","scope":"Customer"},
      {"kind":"segment","id":"press","displayName":"Press","scope":"Customer"},
      {"kind":"actionMap","id":"\(welcomeMap)","displayName":"Welcome","version":1,"triggerWithSegments":["vip","press"],"activation":{"type":"immediate"},\(flow)},
      {"kind":"sessionType","id":"delivery","version":\(revision)\(timeout),"cardTitle":"Delivery \(revision % 4)"},
      {"kind":"eventType","id":"in_transit","displayName":"On its way"},
      {"kind":"actionMap","id":"rival","displayName":"Rival","version":\(revision),"isActive":\(revision % 3 != 2),"triggerWithSegments":["page"],"activation":{"type":"immediate"},"weight":\(1 + revision % 3),\(offer)}\(predictors)
      ]}
      """
  }

  /// What is predicted: an outcome that stays what it is and has maps, and under some revisions one that is
  /// another under each. Sessions that are open then are not learned from, so these are few.
  ///
  /// - Parameter flow: what maps with conditions on predictions start; `nil`: there are none.
  private static func predictions(_ revision: Int, _ flow: String?) -> String {
    let pages =
      revision % 12 == 8 ? ",{\"kind\":\"predictor\",\"id\":\"pages\",\"outcome\":{\"id\":\"pages\"}}" : ""
    func map(_ id: String, _ member: String, _ condition: String, _ flow: String) -> String {
      "{\"kind\":\"actionMap\",\"id\":\"\(id)\",\"displayName\":\"\(id)\",\"version\":1,\"\(member)\":[{\"outcomeId\":\"order\",\(condition)}],\"activation\":{\"type\":\"immediate\"},\(flow)}"
    }
    let maps = flow.map { flow in
      """
      ,\(map(likelyMap, "triggerWithOutcomeProbabilityConditions", "\"maximumProbability\":0.6", flow)),
      \(map(topMap, "triggerWithOutcomeQuantileConditions", "\"maxQuantileThreshold\":0.5", flow)),
      \(map(fallenMap, "triggerWithOutcomeProbabilityConditions", "\"maximumProbability\":0.7,\"probability\":0.3", flow))
      """
    }
    return """
      \(pages),{"kind":"predictor","id":"order","outcome":{"id":"order"}},
      {"kind":"outcome","id":"order","displayName":"Order","version":1,"journey":{"patterns":[{"criteria":[],"count":1,"streamType":"Web","sessionType":"web","eventName":"order_placed"}]}}\(maps ?? "")
      """
  }
}
