internal import Bytes
internal import JourneyModel
internal import WireFormat

/// Makes drafts of events that have the project's own form, or the Journey API's.
struct EventDrafting {
  let settings: IntakeSettings
  let source: IntakeSource
  let request: IntakeRequest
  var identity: EventIdentity
  let sentAt: JourneyModel.EventTime?

  init(settings: IntakeSettings, source: IntakeSource, request: IntakeRequest) {
    self.settings = settings
    self.source = source
    self.request = request
    identity = EventIdentity(source: source, request: request)
    sentAt = request.sentAt.flatMap {
      StatedTime.read(Array($0.utf8), isText: true, limits: settings.limits)
    }
  }

  /// What is said of an event outside of it; a default each, for what it does not say itself.
  struct Envelope {
    var id: [UInt8]?
    /// JSON of a time.
    var createdDate: [UInt8]?
    var customerID: [UInt8]?
    var customerIDType: String?
    var externalID: [UInt8]?
    var externalSourceID: [UInt8]?
    var sessionType: String?
    var eventName: [UInt8]?
    /// The stream that the envelope names.
    var stream: JourneyModel.Stream?
    var maxAge: Int64?
    var paths: [String: String] = [:]
  }

  /// Makes a draft of an event in a part of a body.
  mutating func draft(
    _ bytes: [UInt8], _ range: Range<Int>, index: Int, envelope: Envelope = Envelope()
  ) -> Draft {
    guard range.count <= settings.limits.maxEventBytes, let object = JSONObject(bytes, range) else {
      return broken(bytes, range, index: index)
    }
    var event = EventText(object)
    guard let stream = envelope.stream ?? self.stream(of: event) else {
      return refused(
        index, object, RefusalCode(.unknownStream),
        "the event does not say which stream it belongs to: state ?stream=, eventType or sessionType", "$")
    }
    guard source.streams.contains(stream) else {
      return refused(
        index, object, .streamNotAllowed,
        "the source \(source.id) may not write to the stream \(stream.name)", "$")
    }
    var candidate = Candidate(index: index, stream: stream, value: [], id: nil)
    candidate.maxAge = envelope.maxAge
    candidate.paths = envelope.paths
    candidate.sentAt = sentAt(of: event) ?? sentAt
    // The detail feed has neither a customer nor a createdDate: its records go on as they are.
    let isFeed =
      stream.profile.hasDetailFeed && object["customerId"] == nil && object["customerCookieId"] == nil
      && envelope.customerID == nil
    candidate.isFeed = isFeed
    candidate.statesTime = isFeed || object["createdDate"] != nil || envelope.createdDate != nil
    setIdentity(envelope, of: object, range, in: &event, &candidate)
    if !isFeed { setDefaults(envelope, stream, in: &event) }
    if stream.profile.view != nil {
      Enrichment(source: source, request: request, edge: settings.edge).apply(to: &event)
    }
    candidate.value = event.composed()
    return .candidate(candidate)
  }

  /// What is no object, or too large to be looked at: as it came, for the judge to say what is wrong.
  func broken(_ bytes: [UInt8], _ range: Range<Int>, index: Int) -> Draft {
    var candidate = Candidate(index: index, stream: .web, value: Array(bytes[range]), id: nil)
    candidate.isBroken = true
    return .candidate(candidate)
  }

  func refused(
    _ index: Int, _ object: JSONObject?, _ code: RefusalCode, _ explanation: String, _ path: String
  ) -> Draft {
    let id = object?.text("id").map { String(decoding: $0, as: UTF8.self) }
    return .item(.refused(index: index, id: id, code: code, explanation: explanation, path: path))
  }

  /// Before anything is added: what is added differs from one attempt to the next.
  private mutating func setIdentity(
    _ envelope: Envelope, of object: JSONObject, _ range: Range<Int>, in event: inout EventText,
    _ candidate: inout Candidate
  ) {
    if object["id"] != nil {
      candidate.id = object.text("id").map { String(decoding: $0, as: UTF8.self) }
    } else if let id = envelope.id {
      candidate.id = String(decoding: id, as: UTF8.self)
      event.setDefault("id", json: ObjectWriter.quoted(id))
    } else {
      let made = identity.make(
        object.bytes[object.range], index: candidate.index, statesTime: candidate.statesTime)
      candidate.isRepeatable = made.isRepeatable
      event.setDefault("id", json: ObjectWriter.quoted(Array(made.id.utf8)))
    }
  }

  private func setDefaults(_ envelope: Envelope, _ stream: JourneyModel.Stream, in event: inout EventText) {
    let object = event.object
    func set(_ name: String, _ text: [UInt8]?) {
      guard let text, event.fact(name) == nil else { return }
      event.setDefault(name, json: ObjectWriter.quoted(text))
    }
    if object["createdDate"] == nil {
      let received = EventTime(milliseconds: request.receivedAt).iso8601
      event.setDefault(
        "createdDate", json: envelope.createdDate ?? ObjectWriter.quoted(Array(received.utf8)))
    }
    if object["customerId"] == nil, object["customerCookieId"] == nil {
      set("customerId", envelope.customerID)
      set("customerIdType", envelope.customerIDType.map { Array($0.utf8) })
    }
    set("externalId", envelope.externalID)
    if stream.profile.sessionType == nil {
      let isTyped = object["sessionType"] != nil || object.object("session")?["type"] != nil
      if !isTyped { set("sessionType", (envelope.sessionType ?? source.sessionType).map { Array($0.utf8) }) }
      if object["actionState"] == nil {
        set("eventName", envelope.eventName ?? source.defaultEventName.map { Array($0.utf8) })
      }
    }
    // Which system the customer's id there is from: the sender itself, if it says nothing else.
    if envelope.externalSourceID != nil || event.fact("externalId") != nil || envelope.externalID != nil {
      set("externalSourceId", envelope.externalSourceID ?? Array(source.id.utf8))
    }
  }

  /// The snippet says with each event when it sent it.
  private func sentAt(of event: EventText) -> EventTime? {
    guard let value = event.object["sentAt"], value.kind == .string || value.kind == .number else {
      return nil
    }
    return StatedTime.read(
      JSONObject.text(of: value, in: event.object.bytes), isText: value.kind == .string,
      limits: settings.limits)
  }

  /// The stream that an event says it belongs to, or the one that its source has.
  private func stream(of event: EventText) -> JourneyModel.Stream? {
    let object = event.object
    let all = JourneyModel.Stream.allCases
    if let type = object.text("eventType"),
      let stream = all.first(where: { type.elementsEqual($0.profile.eventType.description.utf8) })
    {
      return stream
    }
    if let stream = all.first(where: { object.object($0.profile.bodyMember.description) != nil }) {
      return stream
    }
    if let type = object.text("sessionType") ?? object.object("session")?.text("type") {
      return all.first { type.elementsEqual(($0.profile.sessionType?.description ?? "").utf8) } ?? .custom
    }
    if source.streams.count == 1 { return source.streams.first }
    switch source.kind {
    case .browser: return .web
    case .app: return .app
    case .server: return event.fact("conversationId") == nil ? nil : .conversation
    }
  }
}
