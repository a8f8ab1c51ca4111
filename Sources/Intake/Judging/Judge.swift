internal import Bytes
internal import EventLog
internal import JourneyModel
internal import WireFormat

/// Judges what dialects made, by the processor's own decoder: what is accepted here it does not reject, and
/// what is refused is refused in its words.
struct Judge {
  let settings: IntakeSettings
  let source: IntakeSource
  let request: IntakeRequest

  /// One answer for each draft, in their order. Of a batch, a refusal has the event's own bytes: a slice of
  /// the body, so that nothing is copied for events that are good.
  func items(_ body: Drafts) -> [IntakeItem] {
    var items = items(body.drafts)
    for (place, part) in zip(items.indices, body.parts) {
      guard case .refused(let index, let id, let code, let explanation, let path, _) = items[place] else {
        continue
      }
      items[place] = .refused(
        index: index, id: id, code: code, explanation: explanation, path: path, event: body.text[part])
    }
    return items
  }

  /// One answer for each draft, in their order.
  func items(_ drafts: [Draft]) -> [IntakeItem] {
    let candidates = drafts.compactMap { draft in
      if case .candidate(let candidate) = draft { candidate } else { nil }
    }
    var judged = judge(candidates)[...]
    return drafts.map { draft in
      switch draft {
      case .item(let item): item
      case .candidate: judged.removeFirst()
      }
    }
  }

  private func judge(_ candidates: [Candidate]) -> [IntakeItem] {
    guard !candidates.isEmpty else { return [] }
    let size = candidates.reduce(0) { $0 + $1.value.count }
    var chunk = RecordChunk(
      source: TopicPartition("", 0), next: NextOffset(0), byteCapacity: size,
      recordCapacity: candidates.count)
    for (index, candidate) in candidates.enumerated() {
      chunk.append(offset: RecordOffset(Int64(index)), timestamp: -1, key: nil, value: candidate.value)
    }
    chunk.seal()
    let decoded = settings.decoders.with { $0.decode(chunk) { .success(candidates[$0].stream) } }
    var items = [IntakeItem?](repeating: nil, count: candidates.count)
    for rejection in decoded.rejections {
      items[rejection.record] = refusal(rejection, of: candidates[rejection.record])
    }
    for ignored in decoded.ignored { items[ignored.record] = .discarded(.ignored(ignored.kind)) }
    for event in decoded.batch.events {
      let index = Int(event.record)
      items[index] = accept(candidates[index], event, decoded.batch)
    }
    return zip(items, candidates).map { item, candidate in
      item ?? refusal(Rejection(record: 0, reason: .malformedJSON), of: candidate)
    }
  }

  private func accept(_ candidate: Candidate, _ event: Event, _ batch: EventBatch) -> IntakeItem {
    // What is no JSON to this module is none at all, should the two ever differ.
    guard !candidate.isBroken else {
      return refusal(Rejection(record: 0, reason: .malformedJSON), of: candidate)
    }
    if source.tracking.honorPrivacySignal, request.hasPrivacySignal { return .discarded(.privacySignal) }
    let id = batch.text(event.id)
    var value = candidate.value
    var reading = ClientClock.Reading(time: event.time, rule: .client)
    if !candidate.isFeed {
      reading = settings.clock.reading(
        stated: candidate.statesTime ? event.time : nil, sent: candidate.sentAt,
        received: EventTime(milliseconds: request.receivedAt))
      if let maxAge = candidate.maxAge, request.receivedAt - reading.time.milliseconds > maxAge {
        return .refused(
          index: candidate.index, id: id, code: .invalidDate,
          explanation:
            "$.createdDate is \(reading.time.iso8601), expected a time of at most \(maxAge / 60_000) minutes ago",
          path: "$.createdDate")
      }
      if reading.time != event.time { set(reading.time, in: &value, isOurs: candidate.isOurs) }
    }
    return .accepted(
      IntakeRecord(
        stream: event.stream, key: Array(batch.bytes[event.placementKey.indices]), id: id, value: value,
        headers: headers(candidate, stated: event.time, reading), timeRule: reading.rule, skew: reading.skew,
        isRepeatable: candidate.isRepeatable))
  }

  /// Puts a time into a record: in ours over the one that stands there, in a client's behind everything,
  /// where it is final.
  private func set(_ time: EventTime, in value: inout [UInt8], isOurs: Bool) {
    var text: [UInt8] = [ASCII.quote]
    time.appendISO8601(to: &text)
    text.append(ASCII.quote)
    if isOurs, let place = JSONObject(value)?["createdDate"]?.range {
      value.replaceSubrange(place, with: text)
      return
    }
    value.removeLast()
    value.append(",\"createdDate\":")
    value += text
    value.append(ASCII.closeBrace)
  }

  private func headers(
    _ candidate: Candidate, stated: EventTime, _ reading: ClientClock.Reading
  ) -> HeaderBlock {
    var headers = HeaderBlock()
    func add(_ name: String, _ text: String) { headers.append(name, Array(text.utf8)) }
    add("sojourn-source", source.id)
    add("sojourn-received", EventTime(milliseconds: request.receivedAt).iso8601)
    if candidate.statesTime, !candidate.isFeed { add("sojourn-client-time", stated.iso8601) }
    if !candidate.isFeed { add("sojourn-time-rule", reading.rule.rawValue) }
    if let requestID = request.requestID { add("sojourn-request", requestID) }
    if candidate.omitted > 0 { add("sojourn-omitted", String(candidate.omitted)) }
    return headers
  }

  private func refusal(_ rejection: Rejection, of candidate: Candidate) -> IntakeItem {
    var explanation = rejection.explanation
    var path = "$"
    if explanation.utf8.first == UInt8(ascii: "$") {
      path = String(explanation.prefix { $0 != " " })
      if let own = candidate.paths[path] {
        explanation = own + explanation.dropFirst(path.count)
        path = own
      }
    }
    return .refused(
      index: candidate.index, id: candidate.id, code: RefusalCode(rejection.reason), explanation: explanation,
      path: path)
  }
}
