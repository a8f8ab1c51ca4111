internal import Bytes
internal import JourneyModel
internal import WireFormat

/// Events in the project's own form: an object, an array, lines, or CloudEvents.
package struct EventsDialect: Dialect {
  private let settings: IntakeSettings

  package init(_ settings: IntakeSettings = IntakeSettings()) { self.settings = settings }

  package func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let judge = Judge(settings: settings, source: source, request: request)
    var drafting = EventDrafting(settings: settings, source: source, request: request)
    return judge.items(drafts(body, request, &drafting))
  }

  private func drafts(
    _ body: [UInt8], _ request: IntakeRequest, _ drafting: inout EventDrafting
  ) -> Drafts {
    var envelope = EventDrafting.Envelope()
    if let name = request.stream {
      guard let stream = JourneyModel.Stream(name: name) else {
        let names = JourneyModel.Stream.allCases.map(\.name).joined(separator: ", ")
        return Drafts(drafts: [
          drafting.refused(
            0, nil, RefusalCode(.unknownStream), "stream is '\(name)', expected one of \(names)", "?stream")
        ])
      }
      envelope.stream = stream
    }
    guard let form = form(of: request) else {
      return Drafts(drafts: [
        drafting.refused(
          0, nil, .unsupportedMediaType,
          "Content-Type is '\(request.contentType ?? "")', expected JSON, NDJSON or CloudEvents", "$")
      ])
    }
    guard let text = BodyText.json(body, form) else {
      return Drafts(drafts: [
        drafting.refused(0, nil, RefusalCode(.malformedJSON), "the form has no field 'data' with JSON", "$")
      ])
    }
    let all = 0..<text.count
    let cloudEvents = CloudEvents(settings: settings, stream: envelope.stream)
    switch form {
    case .cloudEvent: return Drafts(drafts: [cloudEvents.structured(text, all, index: 0, &drafting)])
    case .cloudEventBatch:
      return elements(text, all, &drafting) { cloudEvents.structured(text, $0, index: $1, &$2) }
    case .lines:
      let lines = JSONElements.lines(text, all)
      guard !lines.isEmpty else { return Drafts(drafts: []) }
      return each(text, lines, &drafting) { $2.draft(text, $0, index: $1, envelope: envelope) }
    case .json, .form:
      if cloudEvents.isBinary(request) {
        return Drafts(drafts: [cloudEvents.binary(text, request, &drafting)])
      }
      let first = text.first { !JSONScanner.isBlank($0) }
      guard first == ASCII.openBracket else {
        return Drafts(drafts: [drafting.draft(text, all, index: 0, envelope: envelope)])
      }
      return elements(text, all, &drafting) { $2.draft(text, $0, index: $1, envelope: envelope) }
    }
  }

  /// In binary mode the type of the body is that of the data, and it may be any that ends with JSON.
  private func form(of request: IntakeRequest) -> BodyForm? { BodyForm(contentType: request.contentType) }

  private func elements(
    _ text: [UInt8], _ range: Range<Int>, _ drafting: inout EventDrafting,
    _ draft: (Range<Int>, Int, inout EventDrafting) -> Draft
  ) -> Drafts {
    guard let ranges = JSONElements.ranges(text, range) else {
      let isArray = text.first { !JSONScanner.isBlank($0) } == ASCII.openBracket
      return Drafts(drafts: [
        isArray
          ? drafting.broken(text, range, index: 0)
          : drafting.refused(0, nil, .badBatch, "the body is no array, expected an array of events", "$")
      ])
    }
    return each(text, ranges, &drafting, draft)
  }

  private func each(
    _ text: [UInt8], _ ranges: [Range<Int>], _ drafting: inout EventDrafting,
    _ draft: (Range<Int>, Int, inout EventDrafting) -> Draft
  ) -> Drafts {
    guard ranges.count <= settings.maxBatchEvents else {
      return Drafts(drafts: [
        drafting.refused(
          0, nil, .tooManyEvents,
          "the body has \(ranges.count) events, expected at most \(settings.maxBatchEvents)", "$")
      ])
    }
    var drafts: [Draft] = []
    drafts.reserveCapacity(ranges.count)
    for (index, range) in ranges.enumerated() { drafts.append(draft(range, index, &drafting)) }
    return Drafts(drafts: drafts, text: text, parts: ranges)
  }
}
