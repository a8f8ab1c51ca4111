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
    case "email": "✉"
    case "email-missed": "✉ ×"
    case "conversation": "◎"
    case "conversation-missed": "◎ ×"
    case "delivery": "⌂"
    default: "◆"
    }
  }
}
