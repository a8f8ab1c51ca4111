internal import Bytes
internal import EventLog
internal import JourneyModel
internal import WireFormat

/// Events of an input topic as rows, read as lanes read them: the same records are events, with the same ids.
struct EventReader {
  private let decoder: EventDecoder
  private let kept: KeptEvents
  private let maxAttributeBytes: Int
  private let lanes: LaneSet?

  /// - Parameter partitions: how many lanes there are.
  /// - Returns: `nil` if the input topics are left alone, or without memory.
  init?(_ settings: ViewSettings, partitions: Int32) {
    guard settings.events != .off,
      let decoder = EventDecoder(limits: settings.decoding, partitions: max(1, partitions))
    else { return nil }
    decoder.locatesMalformed = false
    self.decoder = decoder
    lanes = settings.lanes
    kept = settings.events
    maxAttributeBytes = settings.limits.maxAttributeBytes
  }

  func rows(of chunk: RecordChunk, _ stream: Stream) -> [EventRow] {
    let decoded = decoder.decode(chunk, stream: stream)
    return decoded.batch.events.compactMap { event in
      // An event may stand in the wrong partition, and is then its owner's all the same.
      if let lanes, !lanes.contains(event.lane) { return nil }
      let attributes = attributes(of: event, decoded.batch)
      guard kept == .all || attributes.json != nil || attributes.omitted > 0 else { return nil }
      let entry = chunk.entries[Int(event.record)]
      return EventRow(
        key: EventReader.key(of: event, decoded.batch), id: decoded.batch.text(event.id),
        time: event.time.milliseconds, written: entry.timestamp, stream: stream.name,
        topic: chunk.source.topic, partition: chunk.source.partition, offset: entry.offset.value,
        attributes: attributes.json, omitted: attributes.omitted)
    }
  }

  private static func key(of event: Event, _ batch: EventBatch) -> EventKey {
    func bytes(_ slice: ByteSlice) -> ArraySlice<UInt8> { batch.bytes[slice.indices] }
    return EventKey(
      type: bytes(event.sessionType), customerIDType: bytes(event.customerIDType),
      customerID: bytes(event.customerID), externalID: bytes(event.externalID),
      isConversation: event.stream.profile.isConversational)
  }

  /// `{"name":{"dataType":…,"value":…}}`, as many as there is room for, and how many are left out; `nil` if
  /// there are none.
  private func attributes(of event: Event, _ batch: EventBatch) -> (json: [UInt8]?, omitted: Int) {
    let facts = batch.facts[Int(event.firstFact)..<Int(event.endFact)]
    let places = facts.indices.filter { facts[$0].field == .attributeName && $0 + 1 < facts.endIndex }
    let names = places.map { batch.text(facts[$0].value) }
    // Of a name that comes twice the last value counts, as in a session.
    let last = Dictionary(zip(names, places)) { $1 }
    var json: [UInt8] = []
    var omitted = 0
    for (name, place) in zip(names, places) where last[name] == place {
      let start = json.count
      json.append(json.isEmpty ? ASCII.openBrace : ASCII.comma)
      JSONText.append(name, to: &json)
      json.append(ASCII.colon)
      json += batch.bytes[facts[place + 1].value.indices]
      // One that is too long is left out; a shorter one behind it may fit.
      if json.count >= maxAttributeBytes {
        json.removeSubrange(start...)
        omitted += 1
      }
    }
    guard !json.isEmpty else { return (nil, omitted) }
    json.append(ASCII.closeBrace)
    return (json, omitted)
  }
}
