internal import JourneyModel
internal import Sessionizer

/// What a conversation began as: what its card is called, and its icon.
enum Channel: Equatable {
  case call, callback, chat, email, video, cobrowse, screenshare, internalMessage
  case message, sms, whatsApp, facebook, instagram, twitter, line, apple, openMessage
  /// None that any event has named: no reason to take it for a call.
  case unknown

  /// The channel of the conversation's oldest leg; of a session without legs the first that any event named.
  init(_ session: Session, _ card: ConversationCard?) {
    if let card, let index = card.channel {
      self.init(card.legs[index].bytes, card.legs[index].slice(.channel))
      return
    }
    for entry in session.facts.collected where entry.field == .channel {
      self.init(session.facts.bytes, entry.value)
      return
    }
    self = .unknown
  }

  private init(_ bytes: borrowing [UInt8], _ value: ByteSlice) {
    let text = String(decoding: bytes[value.indices], as: UTF8.self)
    func isType(_ words: String...) -> Bool { words.contains { text.contains("\"type\":\"\($0)\"") } }
    func isMessage(_ word: String) -> Bool { text.contains("\"messageType\":\"\(word)\"") }
    if isType("Chat", "Webchat") {
      self = .chat
    } else if isType("Message", "Messaging", "Social") {
      let kinds: [(String, Channel)] = [
        ("Sms", .sms), ("WhatsApp", .whatsApp), ("Facebook", .facebook), ("Instagram", .instagram),
        ("Twitter", .twitter), ("Line", .line), ("Apple", .apple), ("Open", .openMessage),
      ]
      self = kinds.first { isMessage($0.0) }?.1 ?? .message
    } else if isType("Email") {
      self = .email
    } else if isType("Callback") {
      self = .callback
    } else if isType("Video") {
      self = .video
    } else if isType("Cobrowse") {
      self = .cobrowse
    } else if isType("Screenshare") {
      self = .screenshare
    } else if isType("InternalMessage", "Internalmessage") {
      self = .internalMessage
    } else {
      self = .call
    }
  }

  /// The card's title; calls are called by their direction.
  var title: String {
    switch self {
    case .call: "Inbound"
    case .callback: "Callback"
    case .chat: "Web Chat"
    case .email: "Email"
    case .video: "Video"
    case .cobrowse: "Co-browse"
    case .screenshare: "Screen Share"
    case .internalMessage: "Internal Message"
    case .message: "Web Messaging"
    case .sms: "SMS"
    case .whatsApp: "WhatsApp"
    case .facebook: "Facebook"
    case .instagram: "Instagram"
    case .twitter: "Twitter"
    case .line: "LINE"
    case .apple: "Apple Messages"
    case .openMessage: "Open Messaging"
    case .unknown: "Conversation"
    }
  }

  /// The card's icon.
  var icon: String {
    switch self {
    case .call: "call-inbound"
    case .callback: "callback"
    case .chat: "chat"
    case .email: "email"
    case .video: "video"
    case .cobrowse: "cobrowse"
    case .screenshare: "screenshare"
    case .internalMessage: "internal-message"
    case .message: "message"
    case .sms: "sms"
    case .whatsApp: "whatsapp"
    case .facebook: "facebook"
    case .instagram: "instagram"
    case .twitter: "twitter"
    case .line: "line"
    case .apple: "apple"
    case .openMessage: "open-message"
    case .unknown: "conversation"
    }
  }
}
