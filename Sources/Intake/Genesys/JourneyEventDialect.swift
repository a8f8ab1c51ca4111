internal import Bytes
internal import JourneyModel

/// One web or app event of the Journey API: `POST /api/v2/journey/deployments/{id}/webevents` and `appevents`.
package struct JourneyEventDialect: Dialect {
  private let stream: JourneyModel.Stream
  private let settings: IntakeSettings

  private init(_ stream: JourneyModel.Stream, _ settings: IntakeSettings) {
    self.stream = stream
    self.settings = settings
  }

  /// Events of pages.
  package static func web(_ settings: IntakeSettings = IntakeSettings()) -> JourneyEventDialect {
    JourneyEventDialect(.web, settings)
  }

  /// Events of apps.
  package static func app(_ settings: IntakeSettings = IntakeSettings()) -> JourneyEventDialect {
    JourneyEventDialect(.app, settings)
  }

  package func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let judge = Judge(settings: settings, source: source, request: request)
    var drafting = EventDrafting(settings: settings, source: source, request: request)
    let body = BodyText.withoutMark(body)
    var envelope = EventDrafting.Envelope()
    envelope.stream = stream
    envelope.maxAge = settings.maxAge
    envelope.paths = ["$.customerId": "$.customerCookieId", "$..eventName": "$.eventName"]
    return judge.items([drafting.draft(body, 0..<body.count, index: 0, envelope: envelope)])
  }
}

/// Custom events: one, flat or in its envelope, or several as `{"entities":[…]}`.
package struct CustomEventsDialect: Dialect {
  private let settings: IntakeSettings

  package init(_ settings: IntakeSettings = IntakeSettings()) { self.settings = settings }

  package func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let judge = Judge(settings: settings, source: source, request: request)
    var drafting = EventDrafting(settings: settings, source: source, request: request)
    let body = BodyText.withoutMark(body)
    var envelope = EventDrafting.Envelope()
    envelope.stream = .custom
    guard let object = JSONObject(body), object["entities"] != nil else {
      return judge.items([drafting.draft(body, 0..<body.count, index: 0, envelope: envelope)])
    }
    let entities = Entities(of: object, atMost: settings.maxBatchEvents)
    guard let ranges = entities.ranges else { return [entities.refusal] }
    return judge.items(
      ranges.enumerated().map { drafting.draft(body, $1, index: $0, envelope: envelope) })
  }
}

/// The array `entities` of a body.
struct Entities {
  /// `nil` where there is none, or one that is too long.
  let ranges: [Range<Int>]?
  /// What is said where there is none.
  let refusal: IntakeItem

  init(of object: JSONObject, atMost limit: Int) {
    let array = object["entities"]
    let found = array.flatMap { $0.kind == .array ? JSONElements.ranges(object.bytes, $0.range) : nil }
    ranges = found.flatMap { $0.count <= limit ? $0 : nil }
    if let found, ranges == nil {
      refusal = .refused(
        index: 0, id: nil, code: .tooManyEvents,
        explanation: "$.entities has \(found.count) elements, expected at most \(limit)", path: "$.entities")
    } else {
      refusal = .refused(
        index: 0, id: nil, code: .badBatch,
        explanation: "$.entities is \(array == nil ? "missing" : "no array"), expected an array of events",
        path: "$.entities")
    }
  }
}
