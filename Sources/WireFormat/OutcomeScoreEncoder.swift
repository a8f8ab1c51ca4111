internal import JourneyModel
internal import JourneyRules

/// Writes predictions, by the Journey API's names. Decimals are written from integers: no rounding of
/// another machine's reaches a record.
enum OutcomeScoreEncoder {
  /// Appends the members of a score behind another member.
  static func append(_ score: OutcomeScore, to bytes: inout some ByteTarget & ~Copyable) {
    append(
      probability: score.probability, maxProbability: score.maxProbability, quantile: score.quantile,
      maxQuantile: score.maxQuantile, to: &bytes)
  }

  /// As above, of a score that is not taken out of where it is held.
  static func append(
    probability: Int32, maxProbability: Int32, quantile: Int32, maxQuantile: Int32,
    to bytes: inout some ByteTarget & ~Copyable
  ) {
    var text = ScoreText()
    // The highest is mostly the newest.
    var number = ScoreNumber(probability, millionthsEach: 1)
    text.append(ScoreText.members.probability)
    text.append(number)
    if maxProbability != probability { number = ScoreNumber(maxProbability, millionthsEach: 1) }
    text.append(ScoreText.members.maxProbability)
    text.append(number)
    number = ScoreNumber(quantile, millionthsEach: 100)
    text.append(ScoreText.members.quantile)
    text.append(number)
    if maxQuantile != quantile { number = ScoreNumber(maxQuantile, millionthsEach: 100) }
    text.append(ScoreText.members.maxQuantile)
    text.append(number)
    number = ScoreNumber(whole: quantile / 100)
    text.append(ScoreText.members.percentile)
    text.append(number)
    if maxQuantile != quantile { number = ScoreNumber(whole: maxQuantile / 100) }
    text.append(ScoreText.members.maxPercentile)
    text.append(number)
    text.write(to: &bytes)
  }
}

/// The text of a number as a snapshot says it, in one word: no more than seven digits and a point.
struct ScoreNumber {
  /// The first byte is the lowest.
  let word: UInt64
  let count: Int

  /// A number from 0 to 9.999999 in parts of so many millionths, without zeros at its end: 310,000
  /// millionths are `0.31`.
  @inline(__always)
  init(_ parts: Int32, millionthsEach factor: UInt32) {
    let millionths = UInt32(parts) &* factor
    let whole = millionths / 1_000_000
    let rest = millionths &- whole &* 1_000_000
    let digits = ScoreNumber.digits(rest / 1_000) | ScoreNumber.digits(rest % 1_000) << 24
    let first = UInt64(ASCII.zero) &+ UInt64(whole)
    word = (digits | 0x3030_3030_3030) << 16 | UInt64(ASCII.point) << 8 | first
    // The last digit that is not zero is in the highest byte that is not.
    count = digits == 0 ? 1 : 10 - digits.leadingZeroBitCount / 8
  }

  /// A number from 0 to 999.
  @inline(__always)
  init(whole: Int32) {
    let digits = ScoreNumber.digits(UInt32(whole)) | 0x30_3030
    count = whole < 10 ? 1 : whole < 100 ? 2 : 3
    word = digits >> UInt64(8 * (3 - count))
  }

  /// The digits of a number below a thousand, a byte each, the first in the lowest.
  @inline(__always)
  private static func digits(_ number: UInt32) -> UInt64 {
    let (hundreds, tens) = (number / 100, number / 10)
    return UInt64(hundreds) | UInt64(tens &- 10 &* hundreds) << 8 | UInt64(number &- 10 &* tens) << 16
  }
}

/// What a snapshot says of one score, put together on the stack and appended as one block: of ten scores it
/// is the better part of a session's snapshot.
private struct ScoreText: ~Copyable {
  /// The name of a member with what is around it, 32 bytes at most.
  struct Member {
    var text = SIMD32<UInt8>(repeating: 0)
    var count: Int

    init(_ name: StaticString) {
      count = name.utf8CodeUnitCount
      for place in 0..<count { text[place] = name.utf8Start[place] }
    }
  }

  struct Members {
    let probability = Member(",\"probability\":")
    let maxProbability = Member(",\"sessionMaxProbability\":")
    let quantile = Member(",\"quantile\":")
    let maxQuantile = Member(",\"sessionMaxQuantile\":")
    let percentile = Member(",\"percentile\":")
    let maxPercentile = Member(",\"sessionMaxPercentile\":")
  }

  static let members = Members()

  // Six members, 112 bytes together, six numbers of eight bytes, and 32 bytes of the last name.
  private var bytes = InlineArray<256, UInt8>(repeating: 0)
  private var count = 0

  mutating func append(_ member: Member) {
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    // What stands behind the name is overwritten.
    raw.storeBytes(of: member.text, toByteOffset: count, as: SIMD32<UInt8>.self)
    count += member.count
  }

  @inline(__always)
  mutating func append(_ number: ScoreNumber) {
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    // What stands behind its digits is overwritten as well.
    raw.storeBytes(of: number.word.littleEndian, toByteOffset: count, as: UInt64.self)
    count += number.count
  }

  func write(to target: inout some ByteTarget & ~Copyable) {
    bytes.span.extracting(0..<count).withUnsafeBufferPointer { target.append(block: $0) }
  }
}
