import Foundation
import JourneyModel
import SeededGenerator
import Testing

/// ISO 8601 against Foundation's calendar.
@Suite struct EventTimeISO8601Tests {
  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC") ?? .gmt
    return calendar
  }()

  /// Foundation's fields of a time, printed by hand.
  private func expected(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1_000
    let fields = EventTimeISO8601Tests.calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
    func digits(_ value: Int?, _ count: Int) -> String {
      let text = String(value ?? -1)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = "\(digits(fields.year, 4))-\(digits(fields.month, 2))-\(digits(fields.day, 2))"
    let time = "\(digits(fields.hour, 2)):\(digits(fields.minute, 2)):\(digits(fields.second, 2))"
    return "\(date)T\(time).\(digits(Int(milliseconds % 1_000), 3))Z"
  }

  @Test func formatsAndParsesAsFoundationDoesFrom1970To9999() {
    var generator = SeededGenerator(seed: 1_970)
    for _ in 0..<5_000 {
      let milliseconds = generator.pick(0...EventTime.latest.milliseconds)
      let time = EventTime(milliseconds: milliseconds)
      #expect(time.iso8601 == expected(milliseconds))
      #expect(EventTime(iso8601: time.iso8601) == time)
    }
  }

  /// The form that is written is parsed by words, every other form character by character: with an offset of
  /// zero in place of the Z both must say the same of whatever is before it.
  @Test(arguments: [
    "2026-01-05T10:00:02.000Z", "1999-12-31T23:59:59.999Z", "2024-02-29T00:00:00.001Z",
    "9999-12-31T23:59:59.999Z",
    "0000-01-01T00:00:00.000Z",
  ])
  func theUsualFormIsReadAsAnyOther(_ text: String) {
    let bytes = Array(text.utf8)
    var (times, refused) = (0, 0)
    for place in 0..<23 {
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[place] = byte
        var long = Array(changed.dropLast())
        long += Array("+00:00".utf8)
        let (usual, other) = (
          EventTime(iso8601: changed.span, range: 0..<changed.count),
          EventTime(iso8601: long.span, range: 0..<long.count)
        )
        #expect(usual == other, "byte \(byte) at \(place)")
        if usual == nil { refused += 1 } else { times += 1 }
      }
    }
    #expect(times > 100 && refused > 5_000)
  }

  /// It is read where it is, not from the start of what it is in.
  @Test func theUsualFormIsReadInsideOfOtherBytes() {
    let bytes = Array("12026-01-05T10:00:02.000Z1".utf8)
    #expect(EventTime(iso8601: bytes.span, range: 1..<25) == EventTime(iso8601: "2026-01-05T10:00:02.000Z"))
    #expect(EventTime(iso8601: bytes.span, range: 0..<24) == nil)
    #expect(EventTime(iso8601: bytes.span, range: 2..<26) == nil)
  }

  @Test func everyDayAroundTheEndsOfFebruaryAndOfCenturies() {
    for year in [1972, 1999, 2000, 2023, 2024, 2099, 2100, 2101, 2400, 9999] {
      for day in ["02-27", "02-28", "03-01", "12-31", "01-01", "06-30"] {
        let text = "\(year)-\(day)T23:59:59.999Z"
        let time = EventTime(iso8601: text)
        #expect(time?.iso8601 == text)
        #expect(time.map { expected($0.milliseconds) } == text)
      }
      let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
      #expect((EventTime(iso8601: "\(year)-02-29T00:00:00Z") != nil) == isLeap)
    }
  }

  @Test func offsetsMoveTheInstant() {
    var generator = SeededGenerator(seed: 8_601)
    for _ in 0..<500 {
      let local = EventTime(milliseconds: generator.pick(100_000_000...4_000_000_000_000) / 1_000 * 1_000)
      let minutes = generator.pick(0...1_439)
      let isWest = generator.chance(50)
      let hours = (minutes / 60 < 10 ? "0" : "") + "\(minutes / 60)"
      let rest = (minutes % 60 < 10 ? "0" : "") + "\(minutes % 60)"
      let text =
        local.iso8601.dropLast() + (isWest ? "-" : "+") + hours + (generator.chance(50) ? ":" : "") + rest
      let instant = isWest ? local + .minutes(minutes) : local - .minutes(minutes)
      #expect(EventTime(iso8601: String(text)) == instant)
    }
  }

  @Test func aFractionIsCutAndNeverRounded() {
    for (fraction, milliseconds) in [
      (".9999", 999), (".0005", 0), (".1", 100), (",12", 120), (".123456789012", 123),
    ] {
      #expect(EventTime(iso8601: "1970-01-01T00:00:00\(fraction)Z")?.milliseconds == Int64(milliseconds))
    }
  }

  @Test func aTimeBefore1970IsParsedHereAndRefusedByDecoding() {
    let time = EventTime(iso8601: "1969-12-31T23:59:59.999Z")
    #expect(time?.milliseconds == -1)
    #expect(time?.iso8601 == "1969-12-31T23:59:59.999Z")
    #expect(EventTime(iso8601: "0000-01-01T00:00:00Z")?.iso8601 == "0000-01-01T00:00:00.000Z")
  }

  @Test func damagedTextIsNoTimeAndNoTrap() {
    let text = Array("2026-01-05T10:00:01.123+01:30".utf8)
    var generator = SeededGenerator(seed: 5)
    for end in text.indices {
      let part = String(decoding: text[..<end], as: UTF8.self)
      // Cut behind the hours of the offset it is still a time.
      #expect((EventTime(iso8601: part) != nil) == (end == 26), "\(part)")
    }
    for _ in 0..<2_000 {
      var other = text
      other[Int(generator.pick(0...Int64(text.count - 1)))] = UInt8(generator.pick(0...255))
      if let time = EventTime(iso8601: other.span, range: 0..<other.count) { #expect(time <= .latest) }
    }
  }
}
