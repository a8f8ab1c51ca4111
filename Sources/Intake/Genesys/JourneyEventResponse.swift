internal import Bytes
internal import EventLog
internal import JourneyModel
internal import WireFormat

/// The Journey API's answer to a web or app event: the event as the processor will understand it, and its
/// session, where somebody knows that already.
package struct JourneyEventResponse: Sendable {
  private let settings: IntakeSettings

  package init(_ settings: IntakeSettings = IntakeSettings()) { self.settings = settings }

  private static let facts: [(EventField, String)] = [
    (.page, "page"), (.screenName, "screenName"), (.userAgent, "userAgentString"), (.browser, "browser"),
    (.device, "device"), (.app, "app"), (.sdkLibrary, "sdkLibrary"),
    (.networkConnectivity, "networkConnectivity"), (.searchQuery, "searchQuery"),
    (.ipOrganization, "ipOrganization"), (.geolocation, "geolocation"), (.campaign, "mktCampaign"),
    (.referrer, "referrer"), (.authenticated, "authenticated"),
  ]

  /// Encodes the answer.
  ///
  /// - Parameters:
  ///   - record: what was accepted.
  ///   - session: the session as JSON, `{"id":…,"selfUri":…,"eventCount":…}`; `nil` if nobody knows it.
  package func encode(_ record: IntakeRecord, session: [UInt8]? = nil) -> [UInt8] {
    var chunk = RecordChunk(source: TopicPartition("", 0), next: NextOffset(0))
    chunk.append(offset: RecordOffset(0), timestamp: -1, key: nil, value: record.value)
    chunk.seal()
    let batch = settings.decoders.with { $0.decode(chunk, stream: record.stream).batch }
    var response = ObjectWriter()
    response.add("id", text: record.id)
    if let event = batch.events.first { write(event, of: batch, to: &response) }
    if let object = JSONObject(record.value) {
      let own = EventText(object)
      for name in ["traits", "externalId"] {
        if let value = own.fact(name) { response.add(name, json: CompactJSON.of(object.raw(value))) }
      }
    }
    if let session { response.add("session", json: session) }
    return response.object
  }

  private func write(_ event: Event, of batch: EventBatch, to response: inout ObjectWriter) {
    func text(_ slice: ByteSlice) -> [UInt8] { Array(batch.bytes[slice.indices]) }
    response.add("customerId", text: text(event.customerID))
    response.add("customerIdType", text: text(event.customerIDType))
    response.add("eventName", text: text(event.name))
    response.add("createdDate", text: event.time.iso8601)
    let facts = batch.facts[Int(event.firstFact)..<Int(event.endFact)]
    for (field, name) in JourneyEventResponse.facts {
      if let fact = facts.last(where: { $0.field == field }) { response.add(name, json: text(fact.value)) }
    }
    var attributes = ObjectWriter()
    for (name, value) in zip(facts, facts.dropFirst()) where name.field == .attributeName {
      attributes.add(String(decoding: text(name.value), as: UTF8.self), json: text(value.value))
    }
    response.add("attributes", object: attributes)
  }
}
