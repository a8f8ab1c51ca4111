internal import Bytes
internal import JourneyModel

/// What a Segment or RudderStack client can say.
package enum SegmentCall: String, Sendable, CaseIterable {
  case track, page, screen, identify, group, alias

  /// The call behind the path `/v1/{word}`: analytics.js uses the first letter only.
  package init?(path word: String) {
    guard
      let call = SegmentCall.allCases.first(where: { $0.rawValue == word || $0.rawValue.prefix(1) == word })
    else { return nil }
    self = call
  }

  /// The name of the event that it is; `nil` where it has one of its own.
  var eventName: String? {
    switch self {
    case .track: nil
    case .page: "page_viewed"
    case .screen: "screen_viewed"
    case .identify: "identified"
    case .group: "group_joined"
    case .alias: "aliased"
    }
  }
}

/// Names of events.
enum EventName {
  /// Longest name in bytes.
  static let maxBytes = 255

  /// A title in lower case, its words joined by underscores: `Order Completed` and `orderCompleted` both
  /// become `order_completed`. Letters and digits of ASCII are kept; empty if the title has none.
  static func snakeCase(_ title: [UInt8]) -> [UInt8] {
    var name: [UInt8] = []
    var isBehindSmall = false
    for byte in title {
      let isCapital = ASCII.capitals.contains(byte)
      let isSmall = ASCII.smallLetters.contains(byte) || ASCII.digits.contains(byte)
      guard isCapital || isSmall else {
        if let last = name.last, last != ASCII.underscore { name.append(ASCII.underscore) }
        isBehindSmall = false
        continue
      }
      if isCapital, isBehindSmall { name.append(ASCII.underscore) }
      name.append(ASCII.lowercased(byte))
      isBehindSmall = isSmall
    }
    name = Array(name.prefix(maxBytes))
    while name.last == ASCII.underscore { name.removeLast() }
    return name
  }
}
