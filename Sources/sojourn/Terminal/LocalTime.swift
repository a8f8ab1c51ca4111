import Foundation

/// Times of snapshots in the reader's own zone, in the form of the cards.
enum LocalTime {
  /// `22 Jul 11:07 AM`; the text itself if it is no time.
  static func card(_ text: String) -> String { format(text, "d MMM h:mm a") }

  /// `22 Jul 11:07:09 AM`, for single events.
  static func event(_ text: String) -> String { format(text, "d MMM h:mm:ss a") }

  private static func format(_ text: String, _ pattern: String) -> String {
    guard let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text) else {
      return text
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = pattern
    return formatter.string(from: date)
  }
}
