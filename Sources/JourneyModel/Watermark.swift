/// How far event time has come in one lane and stream: the highest admitted event time less `maxOutOfOrder`.
///
/// There is no "end of time": a stream without events has no watermark at all.
public struct Watermark: Sendable, Hashable {
  /// The highest event time admitted so far; `nil` before the first event.
  public private(set) var highest: EventTime?

  /// Creates a watermark, as restored from the journal.
  public init(highest: EventTime? = nil) { self.highest = highest }

  /// Moves forward; never back.
  ///
  /// - Returns: whether it moved.
  public mutating func observe(_ time: EventTime) -> Bool {
    if let highest, time <= highest { return false }
    highest = time
    return true
  }

  /// The watermark's time.
  public func time(maxOutOfOrder: EventTime.Span) -> EventTime? {
    highest.map { $0 - maxOutOfOrder }
  }
}
