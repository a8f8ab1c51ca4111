/// Counts by how much clients' clocks are behind the server's; below 0 they are ahead of it.
struct SkewHistogram: Sendable, Hashable {
  /// Upper bounds in seconds, each within its bucket.
  static let bounds: [Int64] = [-86_400, -3_600, -300, -60, -10, -1, 0, 1, 10, 60, 300, 3_600, 86_400]

  /// Count of each bucket alone; the last one has no bound.
  private var buckets = [Int](repeating: 0, count: SkewHistogram.bounds.count + 1)
  private(set) var count = 0
  /// Their sum in seconds.
  private(set) var sum = 0.0

  /// Counts one.
  mutating func note(milliseconds: Int64) {
    let index = SkewHistogram.bounds.firstIndex { milliseconds <= $0 * 1_000 } ?? SkewHistogram.bounds.count
    buckets[index] += 1
    count += 1
    sum += Double(milliseconds) / 1_000
  }

  /// For each bound, how many were at most that.
  var cumulative: [(label: String, count: Int)] {
    var total = 0
    return zip(SkewHistogram.bounds, buckets).map { bound, count in
      total += count
      return (label: "\(bound)", count: total)
    }
  }
}
