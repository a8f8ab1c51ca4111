package import JourneyModel

/// Whose a device was, by event time. It switches and never joins: the next one to use it takes it over from
/// then on.
package struct WeakTimeline: Sendable, Hashable {
  /// A strong identifier that was named on the device.
  package struct Entry: Sendable, Hashable, Comparable {
    package var stamp: Stamp
    package var owner: NodeRef

    package init(_ stamp: Stamp, _ owner: NodeRef) {
      self.stamp = stamp
      self.owner = owner
    }

    package static func < (left: Self, right: Self) -> Bool {
      left.stamp == right.stamp ? left.owner < right.owner : left.stamp < right.stamp
    }
  }

  /// A time during which the device was one owner's.
  package struct Run: Sendable, Hashable {
    package var owner: NodeRef
    /// Half open; the first run has no beginning, the last one no end.
    package var interval: DeviceUse.Interval

    package init(_ owner: NodeRef, _ interval: DeviceUse.Interval) {
      self.owner = owner
      self.interval = interval
    }
  }

  /// Which of two owners a device has.
  package enum Policy: UInt8, Sendable, Hashable {
    /// The newest.
    case switching = 0
    /// The first, for good.
    case keeping = 1
  }

  /// Ascending. Of what is older than any event that can still come, the first of each run.
  package private(set) var entries: [Entry]
  /// Whether so many have used it that it is nobody's any more. Then there are no entries, and never again.
  package private(set) var isShared: Bool
  /// The newest evidence, also of entries that are gone.
  package private(set) var lastSeen: EventTime?

  /// A device of which nothing is known.
  package init() {
    entries = []
    isShared = false
    lastSeen = nil
  }

  /// A timeline as it was stored: entries in any order.
  package init(entries: [Entry], isShared: Bool, lastSeen: EventTime?) {
    self.entries = isShared ? [] : Set(entries).sorted()
    self.isShared = isShared
    self.lastSeen = lastSeen
  }

  /// Adds evidence.
  ///
  /// - Parameter horizon: no event before it is admitted any more; entries before it can be gathered.
  /// - Returns: whether somebody's time with the device has changed.
  @discardableResult
  package mutating func insert(_ entry: Entry, horizon: EventTime, _ limits: IdentityLimits) -> Bool {
    lastSeen = max(lastSeen ?? entry.stamp.time, entry.stamp.time)
    guard !isShared else { return false }
    let before = runs
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle] < entry { low = middle + 1 } else { high = middle }
    }
    guard low == entries.count || entries[low] != entry else { return false }
    entries.insert(entry, at: low)
    if entries.count > limits.maxOwners, Set(entries.map(\.owner.key)).count > limits.maxOwners { share() }
    collapse(before: horizon)
    if entries.count > limits.maxTimelineEntries { collapse(before: nil) }
    if entries.count > limits.maxTimelineEntries { share() }
    return runs != before
  }

  /// Gathers entries before a time to the first of each run: nothing can come between them any more.
  ///
  /// - Parameter horizon: `nil` gathers all.
  package mutating func collapse(before horizon: EventTime?) {
    guard entries.count > 1 else { return }
    var kept: [Entry] = [entries[0]]
    for entry in entries.dropFirst() {
      let isOld = horizon.map { entry.stamp.time < $0 } ?? true
      if isOld, entry.owner.key == kept[kept.count - 1].owner.key { continue }
      kept.append(entry)
    }
    entries = kept
  }

  /// Whose the device was at a time: what was named last before or then; before the first, the first.
  package func owner(at time: EventTime, _ policy: Policy = .switching) -> NodeRef? {
    guard let first = entries.first else { return nil }
    guard policy == .switching else { return first.owner }
    let time = max(time, first.stamp.time)
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].stamp.time <= time { low = middle + 1 } else { high = middle }
    }
    return entries[low - 1].owner
  }

  /// Whose the device was when, ascending, if it switches.
  package var runs: [Run] {
    var result: [Run] = []
    for (place, entry) in entries.enumerated() {
      // At one millisecond the last one has it.
      if place + 1 < entries.count, entries[place + 1].stamp.time == entry.stamp.time { continue }
      if let last = result.last {
        if last.owner.key == entry.owner.key { continue }
        result[result.count - 1].interval.to = entry.stamp.time
      }
      let from = result.isEmpty ? nil : entry.stamp.time
      result.append(Run(entry.owner, DeviceUse.Interval(from: from, to: nil)))
    }
    return result
  }

  /// The owners, in the order in which they came.
  package var owners: [NodeRef] {
    var known = Set<IdentifierKey>()
    return entries.compactMap { known.insert($0.owner.key).inserted ? $0.owner : nil }
  }

  /// Whether an owner was named after a time.
  package func names(_ owner: IdentifierKey, after time: EventTime) -> Bool {
    entries.contains { $0.owner.key == owner && $0.stamp.time > time }
  }

  /// Forgets an owner's entries up to a time.
  ///
  /// - Returns: whether there were some.
  @discardableResult
  package mutating func remove(_ owner: IdentifierKey, through time: EventTime) -> Bool {
    let before = entries.count
    entries.removeAll { $0.owner.key == owner && $0.stamp.time <= time }
    return entries.count != before
  }

  private mutating func share() {
    isShared = true
    entries = []
  }
}
