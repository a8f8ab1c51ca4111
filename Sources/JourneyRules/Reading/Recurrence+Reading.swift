internal import JourneyModel

/// What is wrong with a recurrence rule.
struct RecurrenceProblem: Error {
  var expected: String
}

extension Recurrence {
  /// Most repetitions, and longest interval.
  static let maxCount = 10_000

  /// Parses RFC 5545, for example `FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=1`. Parts that opening hours do not need
  /// are refused.
  init(rule: String) throws(RecurrenceProblem) {
    var text = rule
    if text.hasPrefix("RRULE:") { text.removeFirst(6) }
    var parts: [(name: String, value: String)] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: true) {
      guard let equal = part.firstIndex(of: "=") else {
        throw RecurrenceProblem(expected: "NAME=VALUE in '\(part)'")
      }
      let name = String(part[..<equal])
      guard !parts.contains(where: { $0.name == name }) else {
        throw RecurrenceProblem(expected: "every part once: \(name) is there twice")
      }
      parts.append((name, String(part[part.index(after: equal)...])))
    }
    guard let frequency = parts.first(where: { $0.name == "FREQ" }).flatMap({ Frequency(rawValue: $0.value) })
    else {
      throw RecurrenceProblem(expected: "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    }
    self.init(frequency: frequency)
    for (name, value) in parts {
      switch name {
      case "FREQ": break
      case "INTERVAL": interval = try Recurrence.number(name, value, 1...Recurrence.maxCount)
      case "COUNT": count = try Recurrence.number(name, value, 1...Recurrence.maxCount)
      case "UNTIL":
        until = try Recurrence.until(value)
        isUntilUTC = value.utf8.last == UInt8(ascii: "Z") && value.utf8.contains(UInt8(ascii: "T"))
      case "BYDAY": weekdays = try Recurrence.weekdays(value, frequency)
      case "BYMONTHDAY":
        monthDays = try Recurrence.numbers(name, value, -31...31)
        guard frequency == .monthly || frequency == .yearly else {
          throw RecurrenceProblem(expected: "BYMONTHDAY only with FREQ=MONTHLY or YEARLY")
        }
      case "BYMONTH": months = try Recurrence.numbers(name, value, 1...12)
      case "WKST":
        guard value == "MO" else { throw RecurrenceProblem(expected: "WKST=MO") }
      default:
        throw RecurrenceProblem(
          expected: "one of FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, WKST instead of \(name)"
        )
      }
    }
    if count != nil, until != nil { throw RecurrenceProblem(expected: "COUNT or UNTIL, not both") }
  }

  private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>)
    throws(RecurrenceProblem)
    -> Int
  {
    guard let number = Int(text), range.contains(number), number != 0 else {
      throw RecurrenceProblem(expected: "\(name) from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func numbers(_ name: String, _ text: String, _ range: ClosedRange<Int>)
    throws(RecurrenceProblem)
    -> [Int]
  {
    var numbers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let number = try number(name, String(part), range)
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers.sorted()
  }

  private static func weekdays(_ text: String, _ frequency: Frequency) throws(RecurrenceProblem)
    -> [OrdinalWeekday]
  {
    var days: [OrdinalWeekday] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let day = Weekday(code: String(part.suffix(2)))
      let ordinalText = part.dropLast(min(2, part.count))
      var ordinal: Int?
      if !ordinalText.isEmpty { ordinal = Int(ordinalText) }
      guard let day, ordinalText.isEmpty || ordinal.map({ $0 != 0 && abs($0) <= 5 }) ?? false else {
        throw RecurrenceProblem(expected: "BYDAY of MO, TU, WE, TH, FR, SA, SU, with an ordinal from -5 to 5")
      }
      if ordinal != nil, frequency == .daily || frequency == .weekly {
        throw RecurrenceProblem(expected: "BYDAY without ordinals, because FREQ=\(frequency.rawValue)")
      }
      let entry = OrdinalWeekday(day, ordinal: ordinal)
      if !days.contains(entry) { days.append(entry) }
    }
    return days.sorted { ($0.weekday, $0.ordinal ?? 0) < ($1.weekday, $1.ordinal ?? 0) }
  }

  /// `20261231`, `20261231T235959`, or with a `Z`. A day has no zone: with a `Z` it is that of the wall clock
  /// all the same.
  private static func until(_ text: String) throws(RecurrenceProblem) -> LocalDateTime {
    var bytes = Array(text.utf8)
    if bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
    let problem = RecurrenceProblem(expected: "UNTIL as 20261231T235959")
    guard bytes.count == 8 || (bytes.count == 15 && bytes[8] == UInt8(ascii: "T")) else { throw problem }
    guard bytes.enumerated().allSatisfy({ $0.offset == 8 || Letters.isDigit($0.element) }) else {
      throw problem
    }
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    // A date alone includes its whole day.
    let clock = bytes.count == 8 ? "23:59:59" : "\(part(9..<11)):\(part(11..<13)):\(part(13..<15))"
    guard let time = LocalDateTime(text: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(clock)") else {
      throw problem
    }
    return time
  }
}
