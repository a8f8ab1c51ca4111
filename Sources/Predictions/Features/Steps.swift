/// The steps by which amounts become features: fine where sessions are many, coarse where they are long.
package enum Steps {
  /// Thresholds of how often an event name has come. Eight, as a token has three bits for them.
  package static let counts: [Int] = [1, 2, 3, 4, 6, 9, 14, 22]
  /// Numbers of events.
  package static let positions: [Int] = [1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, 31, 45]

  /// The last step that an amount of at least 1 reaches.
  package static func bucket(_ amount: Int, of steps: [Int]) -> Int {
    var bucket = 0
    while bucket + 1 < steps.count, steps[bucket + 1] <= amount { bucket += 1 }
    return bucket
  }

  /// The octave of a span: 0 below a second, then one more for each doubling.
  package static func octave(milliseconds: Int64) -> UInt32 {
    let seconds = max(milliseconds, 0) / 1_000
    return UInt32(Int64.bitWidth - seconds.leadingZeroBitCount)
  }

  /// The bucket of a number of events of one name, at least 1.
  static func count(_ amount: Int) -> Int { Int(countBuckets[min(amount, countBuckets.count - 1)]) }

  /// The bucket of a number of events, at least 1.
  static func position(_ amount: Int) -> Int {
    Int(positionBuckets[min(amount, positionBuckets.count - 1)])
  }

  // Looked up, as both are asked for with every event.
  private static let countBuckets = buckets(counts)
  private static let positionBuckets = buckets(positions)

  /// The bucket of every amount up to the last step.
  private static func buckets(_ steps: [Int]) -> [UInt8] {
    (0...(steps.last ?? 0)).map { UInt8(bucket($0, of: steps)) }
  }
}
