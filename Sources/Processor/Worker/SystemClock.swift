internal import Foundation
public import JourneyModel

/// The machine's clock.
public struct SystemClock: WallClock {
  /// Creates a clock.
  public init() {}

  /// The time now.
  public var now: EventTime {
    EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
  }
}
