internal import JourneyModel

/// How much was said of an identifier in the newest minute of event time that anything was said in.
package struct ClaimRate: Sendable, Hashable {
  /// Since 1970.
  package var minute: Int64
  package var count: Int

  package init(minute: Int64 = 0, count: Int = 0) {
    self.minute = minute
    self.count = count
  }

  /// Counts a claim. One of an older minute counts to the newest.
  ///
  /// - Returns: whether it is within the bound.
  mutating func admit(_ time: EventTime, most: Int) -> Bool {
    let now = time.milliseconds / 60_000
    if now > minute { (minute, count) = (now, 0) }
    guard count < most else { return false }
    count += 1
    return true
  }
}
