package import Foundation

/// Times of snapshots in the reader's own zone, in the form of the cards.
package enum LocalTime {
  /// `22 Jul 11:07 AM`, or `22 Jul 2024 11:07 AM` where that is not this year; the text itself if it is no
  /// time.
  package static func card(_ text: String, now: Date = Date()) -> String { format(text, now, "h:mm a") }

  /// `22 Jul 11:07:09 AM`, for single events.
  package static func event(_ text: String, now: Date = Date()) -> String { format(text, now, "h:mm:ss a") }

  private static func format(_ text: String, _ now: Date, _ pattern: String) -> String {
    guard let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text) else {
      return text
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy"
    let isThisYear = formatter.string(from: date) == formatter.string(from: now)
    formatter.dateFormat = (isThisYear ? "d MMM " : "d MMM yyyy ") + pattern
    return formatter.string(from: date)
  }
}
