/// A date and time on a wall clock, without a time zone: what schedules are written in.
public struct LocalDateTime: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00 on that clock, as if every day had 24 hours.
  public var milliseconds: Int64

  /// Creates a time.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Orders by time.
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

/// A day of the week, as in RFC 5545.
public enum Weekday: UInt8, Sendable, Hashable, CaseIterable, Comparable {
  case monday = 1
  case tuesday, wednesday, thursday, friday, saturday, sunday

  /// `MO` to `SU`.
  public var code: String {
    switch self {
    case .monday: "MO"
    case .tuesday: "TU"
    case .wednesday: "WE"
    case .thursday: "TH"
    case .friday: "FR"
    case .saturday: "SA"
    case .sunday: "SU"
    }
  }

  /// The day with this code.
  public init?(code: String) {
    guard let day = Weekday.allCases.first(where: { $0.code == code }) else { return nil }
    self = day
  }

  /// Orders from Monday.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
