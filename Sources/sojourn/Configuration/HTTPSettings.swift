import Bytes
import Gateway

/// Where health and metrics are served.
struct HTTPSettings: Sendable, Equatable {
  /// Host name or address to listen on.
  var host = "127.0.0.1"
  /// Port; 0 takes any that is free, `nil` serves nothing.
  var port: Int? = 8_321

  /// Whether the text can be a host name, an IPv4 or an IPv6 address.
  static func isHost(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case ASCII.percent, ASCII.hyphen, ASCII.point, ASCII.digits, ASCII.colon, ASCII.capitals,
          ASCII.underscore, ASCII.smallLetters:
          true
        default: false
        }
      }
  }

  /// The port in a text: 0 to 65535, or `off`. Outer `nil` if it is neither.
  static func port(_ text: String) -> Int?? {
    if text == "off" { return .some(nil) }
    guard let number = Int(text), (0...65_535).contains(number) else { return nil }
    return .some(number)
  }
}
