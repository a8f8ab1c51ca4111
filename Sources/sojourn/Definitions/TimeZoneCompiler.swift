import Foundation
import JourneyModel
import JourneyRules

/// Turns a name of a time zone into a table, from this machine's data: what is applied once says the same
/// everywhere.
enum TimeZoneCompiler {
  /// The table covers event times from here: nothing older has opening hours.
  static let first = Date(timeIntervalSince1970: 946_684_800)
  /// The table covers event times before 2050: rules of daylight saving are not known further ahead, if at
  /// all.
  static let end = Date(timeIntervalSince1970: 2_524_608_000)

  /// The zone as a document, as if it had been written by hand; `nil` if there is no such zone.
  static func document(_ name: String) -> DefinitionDocument? {
    guard let zone = definition(name) else { return nil }
    let transitions = zone.transitions.map { transition in
      DefinitionValue.object([
        .init("time", .string(transition.time.iso8601)), .init("offset", .number("\(transition.offset)")),
      ])
    }
    return DefinitionDocument(
      file: "time zone \(name)",
      value: .object([
        .init("kind", .string(DefinitionKind.timeZone.rawValue)), .init("id", .string(name)),
        .init("initialOffset", .number("\(zone.initialOffset)")), .init("transitions", .array(transitions)),
      ]))
  }

  /// The table of a zone. Days are walked one by one and a change within one is found by halves: Foundation's
  /// own list of transitions knows daylight saving only, not countries that change their mind.
  static func definition(_ name: String) -> TimeZoneDefinition? {
    // A machine with older data may know the zone by its other name only.
    guard let target = TimeZoneNames.target(of: name),
      let zone = TimeZone(identifier: name) ?? TimeZone(identifier: target)
    else { return nil }
    var result = TimeZoneDefinition(id: name, initialOffset: zone.secondsFromGMT(for: first))
    var offset = result.initialOffset
    var day = Int(first.timeIntervalSince1970)
    let last = Int(end.timeIntervalSince1970)
    func offsetAt(_ seconds: Int) -> Int {
      zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }
    while day < last {
      let next = day + 86_400
      let changed = offsetAt(next)
      if changed != offset {
        var low = day
        var high = next
        while high - low > 1 {
          let middle = (low + high) / 2
          if offsetAt(middle) == offset { low = middle } else { high = middle }
        }
        result.transitions.append(
          .init(time: EventTime(milliseconds: Int64(high) * 1_000), offset: changed))
        offset = changed
      }
      day = next
    }
    return result
  }
}
