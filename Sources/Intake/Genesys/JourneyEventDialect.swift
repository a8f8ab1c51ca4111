internal import Bytes
internal import JourneyModel

/// One web or app event of the Journey API: `POST /api/v2/journey/deployments/{id}/webevents` and
/// `appevents`.
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
    guard let batch = BatchBody(body, member: "entities"), batch.hasMember else {
      return judge.items([drafting.draft(body, 0..<body.count, index: 0, envelope: envelope)])
    }
    if let refusal = batch.refusal(member: "entities", atMost: settings.maxBatchEvents) { return [refusal] }
    let parts = batch.elements ?? []
    let drafts = parts.enumerated().map { drafting.draft(body, $1, index: $0, envelope: envelope) }
    return judge.items(Drafts(drafts: drafts, text: body, parts: parts))
  }
}
