/// The sign that stands for an icon key.
package enum CardIcon {
  /// Signs one column wide each, from blocks that terminal fonts have.
  package static func sign(_ icon: String) -> String {
    switch icon {
    case "web-visit": "★"
    case "app-visit": "▣"
    case "call-inbound": "☎ ←"
    case "call-inbound-missed": "☎ ×"
    case "call-outbound": "☎ →"
    case "call-outbound-missed": "☎ ×"
    case "chat": "❝"
    case "chat-missed": "❝ ×"
    case "message": "✎"
    case "message-missed": "✎ ×"
    case "sms", "whatsapp", "facebook", "instagram", "twitter", "line", "apple", "open-message",
      "internal-message":
      "✎"
    case "sms-missed", "whatsapp-missed", "facebook-missed", "instagram-missed", "twitter-missed",
      "line-missed",
      "apple-missed", "open-message-missed", "internal-message-missed":
      "✎ ×"
    case "callback": "☎ ↺"
    case "callback-missed": "☎ ×"
    case "video", "cobrowse", "screenshare": "▷"
    case "video-missed", "cobrowse-missed", "screenshare-missed": "▷ ×"
    case "email": "✉"
    case "email-missed": "✉ ×"
    case "conversation": "◎"
    case "conversation-missed": "◎ ×"
    case "delivery": "⌂"
    default: "◆"
    }
  }
}
