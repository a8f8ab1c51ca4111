internal import Bytes
internal import JourneyModel
internal import WireFormat

/// Times as clients write them: the same forms that events have.
enum StatedTime {
  /// ISO 8601 with an offset, or whole epoch milliseconds; `nil` for anything else.
  static func read(_ text: [UInt8], isText: Bool, limits: DecodingLimits) -> EventTime? {
    if isText {
      guard let time = EventTime(iso8601: text.span, range: 0..<text.count), time.milliseconds >= 0 else {
        return nil
      }
      return time
    }
    guard !text.isEmpty, text.count <= 15, text.allSatisfy({ ASCII.digits.contains($0) }) else { return nil }
    let milliseconds = text.reduce(Int64(0)) { $0 * 10 + Int64($1 - ASCII.zero) }
    let time = EventTime(milliseconds: milliseconds)
    return milliseconds >= limits.minEpochMilliseconds && time <= .latest ? time : nil
  }
}
