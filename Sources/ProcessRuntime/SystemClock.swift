internal import Foundation
package import JourneyModel

/// The machine's clock.
package struct SystemClock: WallClock {
  /// Creates a clock.
  package init() {}

  /// The time now.
  package var now: EventTime {
    EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
  }
}
