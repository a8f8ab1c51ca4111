package import JourneyModel

/// When a device was a person's, as the device's register tells it.
package struct DeviceUse: Keyed {
  /// Half open, in event time.
  package struct Interval: Sendable, Hashable {
    /// `nil`: from the device's beginning.
    package var from: EventTime?
    /// `nil`: still.
    package var to: EventTime?

    package init(from: EventTime?, to: EventTime?) {
      self.from = from
      self.to = to
    }
  }

  /// A weak identifier.
  package let device: Identifier
  /// Rises with each report of the device's register.
  package var revision: Int
  /// The newest evidence that the register had; never falls with a rising revision.
  package var lastSeen: EventTime
  /// None if the device is somebody else's now and always was.
  package var intervals: [Interval]

  package init(_ device: Identifier, revision: Int, lastSeen: EventTime, intervals: [Interval]) {
    self.device = device
    self.revision = revision
    self.lastSeen = lastSeen
    self.intervals = intervals
  }

  package static func precedes(_ left: Self, _ right: Self) -> Bool { left.device.key < right.device.key }

  /// The newest report is kept. Two with the same number say the same: only one register makes them.
  package mutating func merge(_ other: Self) {
    if (lastSeen, revision) < (other.lastSeen, other.revision) { self = other }
  }

  /// What is left after a person was erased at a time; `nil` if nothing is.
  func after(_ erasedAt: EventTime) -> DeviceUse? {
    guard lastSeen > erasedAt else { return nil }
    let start = erasedAt + EventTime.Span(milliseconds: 1)
    var rest = self
    rest.intervals = intervals.compactMap { interval in
      if let to = interval.to, to <= start { return nil }
      return Interval(from: max(interval.from ?? start, start), to: interval.to)
    }
    return rest
  }
}
