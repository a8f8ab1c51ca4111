/// A point in event time: when something took place, by the clock of whoever reported it.
///
/// Distinct from wall-clock readings; only admission (`maxFutureSkew`) compares the two.
public struct EventTime: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var milliseconds: Int64

  /// Creates a time.
  @inlinable
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// The latest time that is accepted and printed with four digits of year: 9999-12-31T23:59:59.999Z.
  public static let latest = EventTime(milliseconds: 253_402_300_799_999)

  /// Orders by time.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// The time a span later.
  @inlinable
  public static func + (time: Self, span: Span) -> Self {
    EventTime(milliseconds: time.milliseconds + span.milliseconds)
  }

  /// The time a span earlier.
  @inlinable
  public static func - (time: Self, span: Span) -> Self {
    EventTime(milliseconds: time.milliseconds - span.milliseconds)
  }

  /// A length of event time.
  ///
  /// Not `Duration`: 128-bit attoseconds cost too much where every event is compared, and no part of the
  /// model is finer than a millisecond.
  public struct Span: Sendable, Hashable, Comparable {
    /// Length in milliseconds.
    public var milliseconds: Int64

    /// Creates a span.
    @inlinable
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// A span of whole seconds.
    @inlinable
    public static func seconds(_ seconds: Int64) -> Span { Span(milliseconds: seconds * 1_000) }

    /// A span of whole minutes.
    @inlinable
    public static func minutes(_ minutes: Int64) -> Span { Span(milliseconds: minutes * 60_000) }

    /// A span of whole hours.
    @inlinable
    public static func hours(_ hours: Int64) -> Span { Span(milliseconds: hours * 3_600_000) }

    /// Orders by length.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
  }
}
