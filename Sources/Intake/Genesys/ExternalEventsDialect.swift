internal import Bytes
internal import JourneyModel
internal import WireFormat

/// External events of the Journey API: `{"entities":[{id, dateCreated, identifiers, attributes}]}`. They
/// become custom events whose session is what their identifier names.
package struct ExternalEventsDialect: Dialect {
  private let settings: IntakeSettings

  package init(_ settings: IntakeSettings = IntakeSettings()) { self.settings = settings }

  package func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let judge = Judge(settings: settings, source: source, request: request)
    var drafting = EventDrafting(settings: settings, source: source, request: request)
    let body = BodyText.withoutMark(body)
    guard let batch = BatchBody(body, member: "entities") else {
      return judge.items([drafting.broken(body, 0..<body.count, index: 0)])
    }
    if let refusal = batch.refusal(member: "entities", atMost: settings.maxVendorBatchEvents) {
      return [refusal]
    }
    let parts = batch.elements ?? []
    let drafts = parts.enumerated().map { draft(body, $1, index: $0, &drafting) }
    return judge.items(Drafts(drafts: drafts, text: body, parts: parts))
  }

  private func draft(
    _ body: [UInt8], _ range: Range<Int>, index: Int, _ drafting: inout EventDrafting
  ) -> Draft {
    guard range.count <= settings.limits.maxEventBytes, let entity = JSONObject(body, range) else {
      return drafting.broken(body, range, index: index)
    }
    if let attributes = entity.object("attributes"), attributes.members.count > settings.maxAttributes {
      return drafting.refused(
        index, entity, RefusalCode(.tooManyFields),
        "$.attributes has \(attributes.members.count) members, expected at most \(settings.maxAttributes)",
        "$.attributes")
    }
    var envelope = EventDrafting.Envelope()
    envelope.stream = .custom
    envelope.createdDate = entity["dateCreated"].map { Array(entity.raw($0)) }
    envelope.eventName = eventName(of: entity)
    envelope.sessionType = drafting.source.sessionType ?? drafting.source.id
    if let identifier = identifier(of: entity) {
      envelope.customerID = identifier.text("value")
      envelope.customerIDType = "externalId"
      envelope.externalID = envelope.customerID
      envelope.externalSourceID = identifier.text("externalSourceId")
    }
    envelope.paths = [
      "$.customerId": "$.identifiers.externalIds[0].value", "$.createdDate": "$.dateCreated",
      "$..externalId": "$.identifiers.externalIds[0].value", "$..eventName": "$.attributes.eventName",
    ]
    return drafting.draft(body, range, index: index, envelope: envelope)
  }

  /// The first identifier that is one.
  private func identifier(of entity: JSONObject) -> JSONObject? {
    guard let list = entity.object("identifiers")?["externalIds"], list.kind == .array,
      let ranges = JSONElements.ranges(entity.bytes, list.range)
    else { return nil }
    return ranges.lazy.compactMap { JSONObject(entity.bytes, $0) }.first { $0.text("value") != nil }
  }

  /// The name that an attribute gives, in either form in which attributes come.
  private func eventName(of entity: JSONObject) -> [UInt8]? {
    guard let attributes = entity.object("attributes") else { return nil }
    return attributes.text("eventName") ?? attributes.object("eventName")?.text("value")
  }

  /// The vendor's answer to a body: the entities that were not taken, as they came.
  ///
  /// - Parameter items: what `read` gave for it.
  package func response(to body: [UInt8], items: [IntakeItem]) -> [UInt8] {
    let body = BodyText.withoutMark(body)
    let ranges = BatchBody(body, member: "entities")?.elements ?? []
    var unprocessed: [[UInt8]] = []
    for item in items {
      guard case .refused(let index, _, let code, let explanation, _, _) = item else { continue }
      var entry = ObjectWriter()
      // What is no JSON cannot be shown within JSON.
      if ranges.indices.contains(index), JSONObject(body, ranges[index]) != nil,
        String(validating: body[ranges[index]], as: UTF8.self) != nil
      {
        entry.add("event", json: body[ranges[index]])
      }
      entry.add("originalRequestIndex", json: Array(String(index).utf8))
      entry.add("isRetryable", flag: false)
      entry.add("errorMessage", text: explanation)
      entry.add("statusCode", json: Array(String(code.status).utf8))
      unprocessed.append(entry.object)
    }
    var response = ObjectWriter()
    response.add(
      "unprocessedEntities",
      json: [ASCII.openBracket] + unprocessed.joined(separator: [ASCII.comma]) + [ASCII.closeBracket])
    return response.object
  }
}
