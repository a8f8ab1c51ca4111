/// What stands between the digits of `2026-01-05T10:00:02.000Z`, and 0 in their place: three words, the first
/// character in the lowest byte.
private let dateForm: UInt64 = 0x2d30_302d_3030_3030
private let hoursForm: UInt64 = 0x3030_3a30_3054_3030
private let secondsForm: UInt64 = 0x5a30_3030_2e30_303a

extension EventTime {
  /// Length in bytes of `2026-01-05T10:00:02.000Z`.
  public static let iso8601Length = 24

  /// Appends `2026-01-05T10:00:02.000Z`: always UTC, always milliseconds, so that equal times have equal
  /// bytes.
  ///
  /// Times before the year 0 or after 9999 cannot occur: decoding bounds them.
  public func appendISO8601(to bytes: inout [UInt8]) {
    // One block: to append its digits one by one asks for room each time.
    var block = InlineArray<24, UInt8>(repeating: 0)
    var text = block.mutableSpan
    writeISO8601(at: 0, in: &text)
    bytes.append(block.span)
  }

  /// Writes the same over 24 bytes.
  public func writeISO8601(at start: Int, in text: inout MutableSpan<UInt8>) {
    var days = milliseconds / 86_400_000
    var rest = milliseconds % 86_400_000
    if rest < 0 {
      rest += 86_400_000
      days -= 1
    }
    let (year, month, day) = EventTime.civil(fromDays: days)
    // Narrow, as these are divided.
    let (years, clock) = (UInt32(truncatingIfNeeded: year), UInt32(truncatingIfNeeded: rest))
    let (minutes, parts) = (clock / 60_000, clock % 60_000)
    // 2026-01- 05T10:00 :02.000Z, the first character in the lowest byte.
    let date =
      EventTime.digits(years / 100) | EventTime.digits(years % 100) << 16
      | EventTime.digits(UInt32(truncatingIfNeeded: month)) << 40
    let hours =
      EventTime.digits(UInt32(truncatingIfNeeded: day)) | EventTime.digits(minutes / 60) << 24
      | EventTime.digits(minutes % 60) << 48
    let seconds =
      EventTime.digits(parts / 1_000) << 8 | UInt64(parts / 100 % 10) << 32 | EventTime.digits(parts % 100)
      << 40
    var block = text.mutableBytes
    block.storeBytes(of: (date | dateForm).littleEndian, toByteOffset: start, as: UInt64.self)
    block.storeBytes(of: (hours | hoursForm).littleEndian, toByteOffset: start + 8, as: UInt64.self)
    block.storeBytes(of: (seconds | secondsForm).littleEndian, toByteOffset: start + 16, as: UInt64.self)
  }

  /// The values of two digits, the first one in the lowest byte.
  @inline(__always)
  private static func digits(_ value: UInt32) -> UInt64 { UInt64(value / 10 | (value % 10) << 8) }

  /// The ISO 8601 text, for messages.
  public var iso8601: String {
    var bytes: [UInt8] = []
    appendISO8601(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Parses `YYYY-MM-DDTHH:MM[:SS[.fraction]](Z|±HH[:]MM|±HH)`; a blank may replace the `T`, a missing offset
  /// is refused because it names no instant. Fractions finer than a millisecond are cut, never rounded, so
  /// that an event cannot move into the next session.
  ///
  /// - Returns: `nil` if the bytes are not such a time or lie outside 0000…9999.
  public init?(iso8601 bytes: Span8, range: Range<Int>) {
    if let canonical = EventTime.canonical(bytes, range) {
      self = canonical
      return
    }
    var at = range.lowerBound
    let end = range.upperBound
    func number(_ count: Int) -> Int64? {
      guard at + count <= end else { return nil }
      var value: Int64 = 0
      for _ in 0..<count {
        let digit = bytes[at]
        guard digit >= 48, digit <= 57 else { return nil }
        value = value * 10 + Int64(digit - 48)
        at += 1
      }
      return value
    }
    func take(_ byte: UInt8) -> Bool {
      guard at < end, bytes[at] == byte else { return false }
      at += 1
      return true
    }
    guard let year = number(4), take(ASCII.hyphen), let month = number(2), take(ASCII.hyphen),
      let day = number(2),
      take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) || take(ASCII.space),
      let hour = number(2), take(ASCII.colon), let minute = number(2)
    else { return nil }
    var second: Int64 = 0
    var fraction: Int64 = 0
    if take(ASCII.colon) {
      guard let value = number(2) else { return nil }
      second = value
      if take(ASCII.point) || take(ASCII.comma) {
        var scale: Int64 = 100
        var count = 0
        while at < end, bytes[at] >= 48, bytes[at] <= 57 {
          fraction += Int64(bytes[at] - 48) * scale
          scale /= 10
          at += 1
          count += 1
        }
        guard count > 0 else { return nil }
      }
    }
    var offsetMinutes: Int64 = 0
    if !(take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z"))) {
      guard at < end, bytes[at] == ASCII.plus || bytes[at] == ASCII.hyphen else { return nil }
      let sign: Int64 = bytes[at] == ASCII.hyphen ? -1 : 1
      at += 1
      guard let hours = number(2) else { return nil }
      var minutes: Int64 = 0
      if at < end {
        _ = take(ASCII.colon)
        guard let value = number(2) else { return nil }
        minutes = value
      }
      guard hours < 24, minutes < 60 else { return nil }
      offsetMinutes = sign * (hours * 60 + minutes)
    }
    // A leap second is accepted and lands on the following second, as POSIX time has no other place for it.
    guard at == end, (1...12).contains(month), day >= 1, day <= EventTime.days(inMonth: month, of: year),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = EventTime.days(fromCivil: year, month, day)
    let milliseconds =
      days * 86_400_000 + (hour * 60 + minute - offsetMinutes) * 60_000 + second * 1_000 + fraction
    guard milliseconds <= EventTime.latest.milliseconds else { return nil }
    self.init(milliseconds: milliseconds)
  }

  /// Parses the form that is written here, the usual one, three words at a time.
  ///
  /// - Returns: `nil` for any other form, and for what has to be looked at more closely: a leap second, a
  ///   wrong date.
  private static func canonical(_ bytes: Span8, _ range: Range<Int>) -> EventTime? {
    guard range.count == iso8601Length, range.upperBound <= bytes.count else { return nil }
    // Unsafe by name only: the loads check their bounds, and any eight bytes are a number.
    func word(_ place: Int, _ form: UInt64, _ digits: UInt64) -> UInt64? {
      let word =
        UInt64(
          littleEndian: bytes.bytes.unsafeLoadUnaligned(
            fromByteOffset: range.lowerBound + place, as: UInt64.self))
        ^ form
      // Each byte of a digit is now its value, at most 9, and that of any other character is 0: adding 0x76
      // or 0x7f then leaves the highest bit alone.
      let high: UInt64 = 0x8080_8080_8080_8080
      return (word | ((word & ~high) + (0x7f7f_7f7f_7f7f_7f7f - digits))) & high == 0 ? word : nil
    }
    func number(_ word: UInt64, _ byte: UInt64) -> Int64 {
      Int64(word >> (8 * byte) & 0xff) * 10 + Int64(word >> (8 * byte + 8) & 0xff)
    }
    // 2026-01- 05T10:00 :02.000Z, the first character in the lowest byte; 9 where there is a digit.
    guard let date = word(0, dateForm, 0x0009_0900_0909_0909),
      let hours = word(8, hoursForm, 0x0909_0009_0900_0909),
      let seconds = word(16, secondsForm, 0x0009_0909_0009_0900)
    else { return nil }
    let (year, month, day) = (number(date, 0) * 100 + number(date, 2), number(date, 5), number(hours, 0))
    let (hour, minute, second) = (number(hours, 3), number(hours, 6), number(seconds, 1))
    guard (1...12).contains(month), day >= 1, day <= days(inMonth: month, of: year), hour < 24, minute < 60,
      second < 60
    else { return nil }
    let fraction = number(seconds, 4) * 10 + Int64(seconds >> 48 & 0xff)
    let milliseconds =
      days(fromCivil: year, month, day) * 86_400_000 + (hour * 60 + minute) * 60_000 + second * 1_000
      + fraction
    return milliseconds <= latest.milliseconds ? EventTime(milliseconds: milliseconds) : nil
  }

  /// Parses a time given as text.
  public init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    self.init(iso8601: bytes.span, range: 0..<bytes.count)
  }

  /// Bytes borrowed from some arena.
  public typealias Span8 = Swift.Span<UInt8>

  /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Howard Hinnant's algorithm).
  static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date of a day count; the inverse of `days(fromCivil:_:_:)`, for a million years either way (Neri and
  /// Schneider's algorithm: years begin in March, and products of whole numbers stand for quotients).
  static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // From a year before all of them, so that nothing is negative: 400 years have 146,097 days.
    let quarters = UInt64(bitPattern: days &+ (719_468 + 2_500 * 146_097)) &* 4 | 3
    let (century, inCentury) = (quarters / 146_097, quarters % 146_097 | 3)
    let product = 2_939_745 &* inCentury
    let (yearOfCentury, dayOfYear) = (product >> 32, (product & 0xffff_ffff) / 2_939_745 / 4)
    let march = 2_141 &* dayOfYear &+ 197_913
    // January and February belong to the year before.
    let isNext = dayOfYear >= 306
    let year = Int64(bitPattern: century &* 100 &+ yearOfCentury) &- 1_000_000
    return (
      isNext ? year &+ 1 : year, Int64(bitPattern: march >> 16) &- (isNext ? 12 : 0),
      Int64(bitPattern: (march & 0xffff) / 2_141) &+ 1
    )
  }

  private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    default: 31
    }
  }
}
