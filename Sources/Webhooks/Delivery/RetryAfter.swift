internal import Bytes
package import JourneyModel

/// The header `Retry-After`: a number of seconds or a date (RFC 9110, 10.2.3).
package enum RetryAfter {
  /// How long it asks to wait; `nil` for what is neither. A date that has passed asks for nothing.
  package static func duration(_ text: String, at now: EventTime) -> Duration? {
    let text = text.utf8.drop { $0 == ASCII.space }
    if !text.isEmpty, text.allSatisfy({ ASCII.digits.contains($0) }) {
      // More digits are more than anybody waits for.
      return .seconds(Int64(text.prefix(10).reduce(0) { $0 * 10 + Int($1 - 0x30) }))
    }
    guard let date = date(String(decoding: text, as: UTF8.self)) else { return nil }
    return .milliseconds(max(0, date.milliseconds - now.milliseconds))
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`; the two obsolete forms are sent by nobody any more.
  private static func date(_ text: String) -> EventTime? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[0].utf8.count == 4, parts[0].hasSuffix(","), parts[5] == "GMT",
      parts[1].utf8.count == 2, parts[3].utf8.count == 4, parts[4].utf8.count == 8,
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return EventTime(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
  }
}
