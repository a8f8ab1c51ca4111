internal import JourneyModel
internal import JourneyRules

/// Writes predictions, by the Journey API's names. Decimals are written from integers: no rounding of
/// another machine's reaches a record.
enum OutcomeScoreEncoder {
  /// Appends the members of a score behind another member.
  static func append(_ score: OutcomeScore, to bytes: inout some ByteTarget & ~Copyable) {
    let members = ScoreText.members
    var text = ScoreText()
    text.append(members.probability)
    text.append(score.probability, places: 6)
    text.append(members.maxProbability)
    text.append(score.maxProbability, places: 6)
    text.append(members.quantile)
    text.append(score.quantile, places: 4)
    text.append(members.maxQuantile)
    text.append(score.maxQuantile, places: 4)
    text.append(members.percentile)
    text.append(score.percentile, places: 0)
    text.append(members.maxPercentile)
    text.append(score.maxPercentile, places: 0)
    text.write(to: &bytes)
  }

  /// Appends a number that is not negative with so many places behind the point, 6 at most, without zeros at
  /// its end: 310,000 with six is `0.31`.
  static func append(_ number: Int32, places: Int, to bytes: inout some ByteTarget & ~Copyable) {
    var text = ScoreText()
    text.append(number, places: places)
    text.write(to: &bytes)
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

  // Six members of 111 bytes, six numbers of ten digits and a point, and 32 bytes of the last name.
  private var bytes = InlineArray<256, UInt8>(repeating: 0)
  private var count = 0

  mutating func append(_ member: Member) {
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    // What stands behind the name is overwritten.
    raw.storeBytes(of: member.text, toByteOffset: count, as: SIMD32<UInt8>.self)
    count += member.count
  }

  mutating func append(_ number: Int32, places: Int) {
    let number = UInt32(number)
    switch places {
    case 6: append(number, unit: 1_000_000)
    case 4: append(number, unit: 10_000)
    default:
      precondition(places == 0)
      append(whole: number)
    }
  }

  /// Inlined, so that the unit is a constant and nothing is divided.
  @inline(__always)
  private mutating func append(_ number: UInt32, unit: UInt32) {
    append(whole: number / unit)
    var rest = number % unit
    guard rest > 0 else { return }
    append(ASCII.point)
    while rest > 0 {
      rest *= 10
      append(ASCII.zero + UInt8(truncatingIfNeeded: rest / unit))
      rest %= unit
    }
  }

  private mutating func append(whole number: UInt32) {
    if number >= 10 { append(whole: number / 10) }
    append(ASCII.zero + UInt8(truncatingIfNeeded: number % 10))
  }

  private mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  func write(to target: inout some ByteTarget & ~Copyable) {
    bytes.span.extracting(0..<count).withUnsafeBufferPointer { target.append(block: $0) }
  }
}
