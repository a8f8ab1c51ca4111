/// Sums of weights of up to `ModelTable.maxOutcomes` outcomes. Exact, whatever the order: a weight has 16
/// bits, and there are fewer than 2^15 of them.
///
/// By fours, as a session's object that holds wider vectors would have to be aligned as they are.
package struct OutcomeSums: Sendable, Hashable, BitwiseCopyable {
  private var first: SIMD4<Int32>
  private var second: SIMD4<Int32>
  private var third: SIMD4<Int32>
  private var fourth: SIMD4<Int32>

  /// Sums of nothing.
  package init() { self.init(SIMD16(repeating: 0)) }

  init(_ sums: SIMD16<Int32>) {
    first = sums.lowHalf.lowHalf
    second = sums.lowHalf.highHalf
    third = sums.highHalf.lowHalf
    fourth = sums.highHalf.highHalf
  }

  /// The sums by outcome, for whoever reads all of them.
  var list: InlineArray<16, Int32> {
    [
      first[0], first[1], first[2], first[3], second[0], second[1], second[2], second[3],
      third[0], third[1], third[2], third[3], fourth[0], fourth[1], fourth[2], fourth[3],
    ]
  }

  /// The sum of one outcome.
  package subscript(outcome: Int) -> Int32 {
    switch outcome >> 2 {
    case 0: first[outcome & 3]
    case 1: second[outcome & 3]
    case 2: third[outcome & 3]
    default: fourth[outcome & 3]
    }
  }

  /// Keeps of each outcome the higher sum.
  @inline(__always)
  mutating func raise(to other: OutcomeSums) {
    first = pointwiseMax(first, other.first)
    second = pointwiseMax(second, other.second)
    third = pointwiseMax(third, other.third)
    fourth = pointwiseMax(fourth, other.fourth)
  }

  /// Adds a token's weights.
  @inline(__always)
  mutating func add(_ row: ModelTable.Row) {
    // Down again from the top, so that the sign is kept.
    first &+= (row.lowHalf &<< 16) &>> 16
    second &+= (row.highHalf &<< 16) &>> 16
    third &+= row.lowHalf &>> 16
    fourth &+= row.highHalf &>> 16
  }

  /// Takes a token's weights away again.
  @inline(__always)
  mutating func subtract(_ row: ModelTable.Row) {
    first &-= (row.lowHalf &<< 16) &>> 16
    second &-= (row.highHalf &<< 16) &>> 16
    third &-= row.lowHalf &>> 16
    fourth &-= row.highHalf &>> 16
  }
}
