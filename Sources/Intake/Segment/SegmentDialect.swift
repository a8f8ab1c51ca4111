internal import Bytes
internal import JourneyModel
internal import WireFormat

/// Calls of Segment's and RudderStack's clients: one, or a batch.
package struct SegmentDialect: Dialect {
  /// `nil` where the body says, as in a batch.
  private let call: SegmentCall?
  private let isBatch: Bool
  private let settings: IntakeSettings

  private init(_ call: SegmentCall?, isBatch: Bool, _ settings: IntakeSettings) {
    self.call = call
    self.isBatch = isBatch
    self.settings = settings
  }

  /// The body of `/v1/track` and the like.
  package static func single(
    _ call: SegmentCall, _ settings: IntakeSettings = IntakeSettings()
  ) -> SegmentDialect {
    SegmentDialect(call, isBatch: false, settings)
  }

  /// The body of `/v1/batch`, and of the beacon that is sent when a page is left.
  package static func batch(_ settings: IntakeSettings = IntakeSettings()) -> SegmentDialect {
    SegmentDialect(nil, isBatch: true, settings)
  }

  /// The write key in a body, which counts where none is in the request's fields.
  package static func writeKey(in body: [UInt8]) -> String? {
    let text = BodyText.withoutMark(body)
    let around = JSONObject(text) ?? BatchBody(text, member: "batch")?.around
    return around?.text("writeKey").map { String(decoding: $0, as: UTF8.self) }
  }

  package func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let judge = Judge(settings: settings, source: source, request: request)
    var drafting = EventDrafting(settings: settings, source: source, request: request)
    guard let form = BodyForm(contentType: request.contentType), form == .json || form == .form,
      let text = BodyText.json(body, form)
    else {
      return judge.items([
        drafting.refused(
          0, nil, .unsupportedMediaType,
          "Content-Type is '\(request.contentType ?? "")', expected application/json or text/plain", "$")
      ])
    }
    let all = 0..<text.count
    guard isBatch else {
      return judge.items([draft(text, all, index: 0, batch: nil, &drafting)])
    }
    guard let batch = BatchBody(text, member: "batch") else {
      return judge.items([drafting.broken(text, all, index: 0)])
    }
    if let refusal = batch.refusal(member: "batch", atMost: settings.maxVendorBatchEvents) {
      return [refusal]
    }
    let parts = batch.elements ?? []
    let drafts = parts.enumerated().map { draft(text, $1, index: $0, batch: batch.around, &drafting) }
    return judge.items(Drafts(drafts: drafts, text: text, parts: parts))
  }

  private func draft(
    _ text: [UInt8], _ range: Range<Int>, index: Int, batch: JSONObject?, _ drafting: inout EventDrafting
  ) -> Draft {
    let isText = range.count <= settings.maxCallBytes && String(validating: text[range], as: UTF8.self) != nil
    guard isText, let object = JSONObject(text, range) else {
      if range.count > settings.maxCallBytes {
        return drafting.refused(
          index, nil, RefusalCode(.tooLarge),
          "the call has \(range.count) bytes, expected at most \(settings.maxCallBytes)", "$")
      }
      return drafting.broken(text, range, index: index)
    }
    guard
      let call = call
        ?? object.text("type").flatMap({ SegmentCall(rawValue: String(decoding: $0, as: UTF8.self)) })
    else {
      let calls = SegmentCall.allCases.map(\.rawValue).joined(separator: ", ")
      return SegmentEvent.refused(
        index, object, .unknownType, "$.type is none that is known, expected one of \(calls)", "$.type")
    }
    var event = SegmentEvent(
      call: call, object: object,
      context: SegmentContext(own: object.object("context"), batch: batch?.object("context")),
      source: drafting.source, settings: settings)
    event.sentAt =
      SegmentEvent.time(object["sentAt"], of: object, settings)
      ?? batch.flatMap { SegmentEvent.time($0["sentAt"], of: $0, settings) } ?? drafting.sentAt
    return event.draft(index: index, request: drafting.request, identity: &drafting.identity)
  }
}
