internal import Bytes
internal import JourneyModel
internal import WireFormat

/// One call, written as an event of ours.
struct SegmentEvent {
  let call: SegmentCall
  let object: JSONObject
  let context: SegmentContext
  let source: IntakeSource
  let settings: IntakeSettings
  var sentAt: EventTime?

  private var properties: JSONObject? { object.object("properties") }
  private var anonymousID: [UInt8]? { object.text("anonymousId") }
  private var userID: [UInt8]? { object.text("userId") }

  /// Properties of a page that are the page's own and no attributes.
  private static let pageProperties: Set<String> = ["url", "title", "path", "search", "referrer", "keywords"]

  /// Makes the draft, or says what is wrong in the client's own words.
  func draft(index: Int, request: IntakeRequest, identity: inout EventIdentity) -> Draft {
    let stream = stream
    guard source.streams.contains(stream) else {
      return SegmentEvent.refused(
        index, object, .streamNotAllowed,
        "the source \(source.id) may not write to the stream \(stream.name)", "$")
    }
    guard let name = call.eventName.map({ Array($0.utf8) }) ?? object.text("event").map(EventName.snakeCase),
      !name.isEmpty
    else {
      return SegmentEvent.refused(
        index, object, RefusalCode(.badEventName),
        "$.event is missing or has no letter or digit of ASCII, expected the event's name", "$.event")
    }
    guard anonymousID != nil || userID != nil else {
      return SegmentEvent.refused(
        index, object, RefusalCode(.missingCustomer),
        "$.anonymousId and $.userId are missing, expected one of them", "$.anonymousId")
    }
    var candidate = Candidate(index: index, stream: stream, value: [], id: nil)
    candidate.sentAt = sentAt
    candidate.paths = paths(stream)
    let time = object["timestamp"] ?? object["originalTimestamp"]
    candidate.statesTime = time != nil
    var event = ObjectWriter()
    writeID(to: &event, &candidate, &identity)
    event.add("eventName", text: name)
    writeCustomer(stream, to: &event)
    event.add("page", object: page)
    event.add(
      "referrerUrl", text: properties(of: .page)?.text("referrer") ?? context.object("page")?.text("referrer")
    )
    if call == .screen { event.add("screenName", text: object.text("name") ?? properties?.text("name")) }
    if call == .track, name.elementsEqual("products_searched".utf8) {
      event.add("searchQuery", text: properties?.text("query"))
    }
    context.write(to: &event, isServer: source.kind == .server)
    writeAttributes(name, to: &event, &candidate)
    let received = EventTime(milliseconds: request.receivedAt).iso8601
    let stated = time.map { Array(object.raw($0)) } ?? ObjectWriter.quoted(Array(received.utf8))
    event.add("createdDate", json: stated)
    candidate.isOurs = true
    candidate.value = event.object
    guard let written = JSONObject(candidate.value) else {
      candidate.isBroken = true
      return .candidate(candidate)
    }
    var composed = EventText(written)
    if stream.profile.view != nil {
      Enrichment(source: source, request: request, edge: settings.edge).apply(
        to: &composed, hints: context.hints)
    }
    candidate.value = composed.composed()
    return .candidate(candidate)
  }

  // MARK: Where it belongs

  /// A server's calls do not open visits unless they are of a page or an app.
  private var stream: JourneyModel.Stream {
    switch source.kind {
    case .browser: .web
    case .app: .app
    case .server:
      if context.object("page")?.text("url") != nil || properties(of: .page)?.text("url") != nil {
        .web
      } else if call == .screen || context.isMobile
        || object.text("channel")?.elementsEqual("mobile".utf8) ?? false
      {
        .app
      } else {
        .custom
      }
    }
  }

  /// Who it is about. A visitor stays the same one when they log in, so that the visit stays whole: the
  /// user's id is then what links the two.
  private func writeCustomer(_ stream: JourneyModel.Stream, to event: inout ObjectWriter) {
    let isCustom = stream.profile.sessionType == nil
    if let anonymousID, !isCustom || userID == nil {
      event.add("customerId", text: anonymousID)
      event.add("customerIdType", text: "cookie")
    } else {
      event.add("customerId", text: userID)
      event.add("customerIdType", text: source.userIdType)
    }
    if isCustom {
      event.add("sessionType", text: source.sessionType ?? source.id)
      event.add("externalId", text: userID ?? anonymousID)
    } else if userID != nil {
      event.add("externalId", text: userID)
    }
    if userID != nil { event.add("externalSourceId", text: source.id) }
  }

  private func writeID(
    to event: inout ObjectWriter, _ candidate: inout Candidate, _ identity: inout EventIdentity
  ) {
    let id: String
    if let own = object.text("messageId") {
      let fits = own.count <= settings.limits.maxIdentifierBytes
      id =
        fits ? String(decoding: own, as: UTF8.self) : identity.derived(from: [Array(source.id.utf8), own])
    } else {
      let made = identity.make(object.raw, index: candidate.index, statesTime: candidate.statesTime)
      id = made.id
      candidate.isRepeatable = made.isRepeatable
    }
    candidate.id = object.text("messageId").map { String(decoding: $0, as: UTF8.self) }
    event.add("id", text: id)
  }

  // MARK: What it says

  private func properties(of call: SegmentCall) -> JSONObject? { self.call == call ? properties : nil }

  private var page: ObjectWriter {
    let (own, around) = (properties(of: .page), context.object("page"))
    var writer = ObjectWriter()
    for (name, theirs) in [
      ("url", "url"), ("title", "title"), ("pathname", "path"), ("keywords", "keywords"),
    ] {
      writer.add(name, text: own?.text(theirs) ?? around?.text(theirs))
    }
    if let search = own?.text("search") ?? around?.text("search") {
      writer.add("queryString", text: search.first == ASCII.question ? Array(search.dropFirst()) : search)
    }
    return writer
  }

  private func writeAttributes(
    _ name: [UInt8], to event: inout ObjectWriter, _ candidate: inout Candidate
  ) {
    var attributes = SegmentAttributes(settings)
    if call == .track, let title = object.text("event"), title != name {
      attributes.add(Array("eventTitle".utf8), text: title)
    }
    switch call {
    case .group: add("groupId", to: &attributes)
    case .alias: add("previousId", to: &attributes)
    case .page:
      add("name", to: &attributes)
      add("category", to: &attributes)
    case .screen: add("category", to: &attributes)
    case .track, .identify: break
    }
    attributes.addAll(of: properties, except: call == .page ? SegmentEvent.pageProperties : [])
    // A group's traits are the group's, and no person's.
    if call == .group { attributes.addAll(of: object.object("traits")) }
    event.add("attributes", object: attributes.writer)
    var traits = SegmentAttributes(settings)
    if let userID { traits.add(Array("userId".utf8), text: userID) }
    if call != .group { traits.addScalars(of: object.object("traits"), international) }
    traits.addScalars(of: context.object("traits"), international)
    event.add("traits", object: traits.writer)
    candidate.omitted = attributes.omitted + traits.omitted
  }

  private func add(_ name: String, to attributes: inout SegmentAttributes) {
    if let text = object.text(name) { attributes.add(Array(name.utf8), text: text) }
  }

  /// A phone number as the whole world dials it, if somebody knows how.
  private func international(_ name: [UInt8], _ text: [UInt8]) -> [UInt8] {
    let names = ["phone", "cellPhone", "workPhone", "homePhone"]
    guard names.contains(where: { name.elementsEqual($0.utf8) }), text.first != ASCII.plus else {
      return text
    }
    let country = context.object("location")?.text("country").flatMap { $0.count == 2 ? $0 : nil }
    let ofLocale = context.text("locale").flatMap { locale -> [UInt8]? in
      let part = locale.suffix(3)
      return part.count == 3 && (part.first == ASCII.hyphen || part.first == ASCII.underscore)
        ? Array(part.dropFirst()) : nil
    }
    let region = (country ?? ofLocale).map { String(decoding: $0, as: UTF8.self) }
    return settings.edge.internationalNumber(String(decoding: text, as: UTF8.self), region: region)
      .map { Array($0.utf8) } ?? text
  }

  // MARK: What is wrong with it

  private func paths(_ stream: JourneyModel.Stream) -> [String: String] {
    let isCustom = stream.profile.sessionType == nil
    let customer = anonymousID != nil && (!isCustom || userID == nil) ? "$.anonymousId" : "$.userId"
    return [
      "$.id": "$.messageId", "$.customerId": customer, "$..eventName": "$.event", "$..externalId": customer,
      "$.createdDate": object["timestamp"] != nil ? "$.timestamp" : "$.originalTimestamp",
    ]
  }

  static func refused(
    _ index: Int, _ object: JSONObject, _ code: RefusalCode, _ explanation: String, _ path: String
  ) -> Draft {
    let id = object.text("messageId").map { String(decoding: $0, as: UTF8.self) }
    return .item(.refused(index: index, id: id, code: code, explanation: explanation, path: path))
  }

  /// A time that a member states.
  static func time(_ value: JSONValue?, of object: JSONObject, _ settings: IntakeSettings) -> EventTime? {
    guard let value, value.kind == .string || value.kind == .number else { return nil }
    return StatedTime.read(
      JSONObject.text(of: value, in: object.bytes), isText: value.kind == .string, limits: settings.limits)
  }
}
