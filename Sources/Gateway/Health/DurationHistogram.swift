/// Counts durations by size, in fixed buckets.
package struct DurationHistogram: Sendable, Hashable {
  /// Upper bounds, each within its bucket, with the text that is in the label.
  static let bounds: [(limit: Duration, label: String)] = [
    (.milliseconds(1), "0.001"), (.microseconds(2_500), "0.0025"), (.milliseconds(5), "0.005"),
    (.milliseconds(10), "0.01"), (.milliseconds(25), "0.025"), (.milliseconds(50), "0.05"),
    (.milliseconds(100), "0.1"), (.milliseconds(250), "0.25"), (.milliseconds(500), "0.5"),
    (.seconds(1), "1"), (.milliseconds(2_500), "2.5"), (.seconds(5), "5"), (.seconds(10), "10"),
  ]

  /// Count of each bucket alone; the last one has no bound.
  private var buckets = [Int](repeating: 0, count: DurationHistogram.bounds.count + 1)
  /// Number of durations.
  package private(set) var count = 0
  /// Their sum.
  package private(set) var sum: Duration = .zero

  /// Creates an empty histogram.
  package init() {}

  /// Counts a duration.
  package mutating func note(_ duration: Duration) {
    let index = DurationHistogram.bounds.firstIndex { duration <= $0.limit } ?? DurationHistogram.bounds.count
    buckets[index] += 1
    count += 1
    sum += duration
  }

  /// For each bound, how many were at most that long.
  var cumulative: [(label: String, count: Int)] {
    var total = 0
    return zip(DurationHistogram.bounds, buckets).map { bound, count in
      total += count
      return (label: bound.label, count: total)
    }
  }
}
