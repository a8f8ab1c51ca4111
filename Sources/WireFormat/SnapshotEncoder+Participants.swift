internal import JourneyModel
internal import Sessionizer

/// Who took part in a conversation, by the vendor's words: `conversation.participants`, one for each
/// participant and media session, in the order in which they came.
extension SnapshotEncoder {
  /// - Parameter omitted: how many of the oldest are left out.
  func participants(_ card: ConversationCard, omitting omitted: Int, _ bytes: inout ByteWriter) {
    bytes.append(",\"participants\":[")
    var isFirst = true
    for index in card.legs.indices.dropFirst(omitted) {
      if !isFirst { bytes.append(ASCII.comma) }
      isFirst = false
      participant(card.legs[index], card.connected[index], end: card.ended, &bytes)
    }
    bytes.append(ASCII.closeBracket)
  }

  private func participant(_ leg: Leg, _ connected: EventTime?, end: EventTime?, _ bytes: inout ByteWriter) {
    bytes.append("{\"purpose\":\"")
    switch leg.kind {
    case .customer: bytes.append("customer")
    case .queue: bytes.append("acd")
    case .flow: bytes.append("ivr")
    case .agent, .code: bytes.append("agent")
    case .voicemail: bytes.append("voicemail")
    }
    bytes.append(ASCII.quote)
    plain(leg, .participant, ",\"participantId\":", &bytes)
    plain(leg, .session, ",\"sessionId\":", &bytes)
    member(leg, .channel, ",\"channel\":", &bytes)
    member(leg, .direction, ",\"direction\":", &bytes)
    bytes.append(",\"state\":\"")
    let isOver = leg.isOver || end != nil
    if isOver {
      bytes.append("disconnected")
    } else {
      bytes.append(leg.kind == .agent && connected == nil ? "alerting" : "connected")
    }
    bytes.append("\",\"startTime\":")
    date(leg.first, &bytes)
    if let connected {
      bytes.append(",\"connectedTime\":")
      date(connected, &bytes)
    }
    if let time = leg.endTime ?? (isOver ? end : nil) {
      bytes.append(",\"endTime\":")
      date(max(time, leg.first), &bytes)
    }
    member(leg, .disconnect, ",\"disconnectType\":", &bytes)
    if leg.kind == .agent { member(leg, .user, ",\"user\":", &bytes) }
    if leg.kind == .flow, leg.has(.subject) {
      bytes.append(",\"flow\":{\"id\":")
      bytes.append(leg.slice(.subject), of: leg.bytes)
      bytes.append(ASCII.closeBrace)
    }
    // What the flat form says of queue and code is that of the legs behind it.
    if leg.kind != .customer { member(leg, .queue, ",\"queue\":", &bytes) }
    member(leg, .outcome, ",\"acdOutcome\":", &bytes)
    if leg.kind != .customer, leg.hasCode { member(leg, .disposition, ",\"wrapup\":", &bytes) }
    bytes.append(ASCII.closeBrace)
  }

  private func member(_ leg: Leg, _ text: Leg.Text, _ name: StaticString, _ bytes: inout ByteWriter) {
    guard leg.has(text) else { return }
    bytes.append(name)
    bytes.append(leg.slice(text), of: leg.bytes)
  }

  private func plain(_ leg: Leg, _ text: Leg.Text, _ name: StaticString, _ bytes: inout ByteWriter) {
    guard leg.has(text) else { return }
    bytes.append(name)
    JSONText.append(leg.slice(text), of: leg.bytes, to: &bytes)
  }
}
