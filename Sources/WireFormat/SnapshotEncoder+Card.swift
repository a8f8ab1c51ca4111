internal import JourneyModel
internal import Sessionizer

/// The card an agent sees: title, icon, colour, status, duration, queue, agent.
extension SnapshotEncoder {
  func card(
    _ session: Session, _ facts: borrowing FactStore, _ legs: ConversationCard?, segments: Int,
    _ bytes: inout ByteWriter
  ) {
    let profile = session.stream.profile
    let type = settings.types.isEmpty ? nil : settings.types[typeName(session)]
    bytes.append(",\"card\":{\"title\":")
    if type == nil, case .fixed(_, _, let text) = profile.card {
      // By far the most cards: as a literal, without making strings.
      bytes.append(text)
    } else {
      let channel = profile.isConversational ? Channel(session, legs) : .call
      JSONText.append(type?.title ?? title(session, channel), to: &bytes)
      bytes.append(",\"icon\":")
      JSONText.append(type?.icon ?? icon(session, channel), to: &bytes)
    }
    bytes.append(",\"color\":\"")
    bytes.append(color(session))
    bytes.append("\",\"status\":")
    status(session, facts, &bytes)
    bytes.append(",\"duration\":\"")
    duration(session.durationInSeconds, &bytes)
    bytes.append(ASCII.quote)
    if profile.isConversational {
      bytes.append(",\"queue\":")
      bytes.append(contentsOf: displayName(facts, .queueName))
      bytes.append(",\"agent\":")
      if session.conversation.showsAgent {
        bytes.append(contentsOf: displayName(facts, .userName))
      } else {
        bytes.append("\"-\"")
      }
    } else if profile.view == .page, let title = facts.value(.pageTitle) {
      bytes.append(",\"currentPage\":")
      bytes.append(title, of: facts.bytes)
    }
    if showsPersons {
      bytes.append(",\"customer\":")
      customerName(session, &bytes)
    }
    bytes.append(",\"segments\":")
    JSONText.append(segments, to: &bytes)
    bytes.append(ASCII.closeBrace)
  }

  private func typeName(_ session: Session) -> String { session.identity.text(session.identity.type) }

  private func title(_ session: Session, _ channel: Channel) -> String {
    switch session.stream.profile.card {
    case .fixed(let title, _, _): return title.description
    case .channel:
      switch channel {
      case .call: return isOutbound(session) ? "Outbound" : "Inbound"
      default: return channel.title
      }
    case .sessionType:
      // ASCII letters only: no locale or Unicode table may reach a byte.
      var name = Array(typeName(session).utf8)
      if let first = name.first, ASCII.smallLetters.contains(first) { name[0] = first - 32 }
      return String(decoding: name, as: UTF8.self)
    }
  }

  private func icon(_ session: Session, _ channel: Channel) -> String {
    switch session.stream.profile.card {
    case .fixed(_, let icon, _): return icon.description
    case .sessionType: return typeName(session)
    case .channel:
      let base =
        channel == .call ? (isOutbound(session) ? "call-outbound" : "call-inbound") : channel.icon
      return isMissed(session) ? base + "-missed" : base
    }
  }

  private func color(_ session: Session) -> StaticString {
    guard session.lifecycle != .open else { return "blue" }
    guard session.stream.profile.isConversational, session.conversation.wrapupTime == nil else {
      return "grey"
    }
    if session.conversation.status == .withoutCode { return "grey-pending" }
    guard session.isEndedByAgent else { return "white" }
    // The agent may still be writing the code; afterwards the card says that none came.
    return session.conversation.afterCallWorkElapsed ? "grey-pending" : "blue"
  }

  private func status(_ session: Session, _ facts: borrowing FactStore, _ bytes: inout ByteWriter) {
    guard session.stream.profile.isConversational else {
      bytes.append(session.lifecycle == .open ? "\"Active Now\"" : "\"Ended\"")
      return
    }
    if session.conversation.wrapupTime != nil {
      bytes.append("\"Wrap-up: ")
      bytes.append(contentsOf: displayName(facts, .dispositionName).dropFirst().dropLast())
      bytes.append(ASCII.quote)
    } else if session.conversation.status == .voicemail {
      bytes.append("\"Voicemail\"")
    } else if session.lifecycle == .open {
      switch session.conversation.phase {
      case .none, .started, .waiting: bytes.append("\"Waiting\"")
      case .connected, .ended: bytes.append("\"Active Now\"")
      }
    } else if session.conversation.status == .withoutCode {
      bytes.append("\"No wrap-up\"")
    } else if session.isEndedByAgent {
      bytes.append(
        session.conversation.afterCallWorkElapsed ? "\"No wrap-up\"" : "\"After-call work\"")
    } else {
      bytes.append("\"Ended by Customer\"")
    }
  }

  private func duration(_ seconds: Int, _ bytes: inout ByteWriter) {
    let minutes = seconds / 60
    guard minutes > 0 else {
      bytes.append("< 1 min")
      return
    }
    if minutes < 60 {
      JSONText.append(minutes, to: &bytes)
      bytes.append(minutes == 1 ? " min" : " mins")
    } else if minutes < 48 * 60 {
      JSONText.append(minutes / 60, to: &bytes)
      bytes.append(minutes / 60 == 1 ? " hour" : " hours")
    } else {
      JSONText.append(minutes / 1_440, to: &bytes)
      bytes.append(" days")
    }
  }

  /// A quoted JSON string: the configured name of the id, or the fact itself, or a dash.
  private func displayName(_ facts: borrowing FactStore, _ field: EventField) -> [UInt8] {
    guard let value = facts.value(field) else { return [ASCII.quote, ASCII.hyphen, ASCII.quote] }
    let raw = Array(facts.bytes[value.indices])
    guard raw.first == ASCII.quote, !names.names.isEmpty else {
      return raw.first == ASCII.quote ? raw : [ASCII.quote] + raw + [ASCII.quote]
    }
    guard let name = names.names[String(decoding: raw.dropFirst().dropLast(), as: UTF8.self)] else {
      return raw
    }
    var bytes: [UInt8] = []
    JSONText.append(name, to: &bytes)
    return bytes
  }

  private func isOutbound(_ session: Session) -> Bool {
    guard let value = session.facts.value(.originatingDirection) else { return false }
    return session.facts.bytes[value.indices].elementsEqual("\"Outbound\"".utf8)
  }

  /// Whether it ended without anybody taking it.
  private func isMissed(_ session: Session) -> Bool {
    if session.conversation.hasLegs { return session.lifecycle != .open && session.conversation.isMissed }
    return session.lifecycle != .open && session.conversation.wrapupTime == nil && !session.isEndedByAgent
  }
}
