internal import JourneyModel
internal import JourneyRules

/// Writes predictions, by the Journey API's names. Decimals are written from integers: no rounding of
/// another machine's reaches a record.
enum OutcomeScoreEncoder {
  /// Appends the members of a score behind another member.
  static func append(_ score: OutcomeScore, to bytes: inout [UInt8]) {
    bytes.append(",\"probability\":")
    append(score.probability, places: 6, to: &bytes)
    bytes.append(",\"sessionMaxProbability\":")
    append(score.maxProbability, places: 6, to: &bytes)
    bytes.append(",\"quantile\":")
    append(score.quantile, places: 4, to: &bytes)
    bytes.append(",\"sessionMaxQuantile\":")
    append(score.maxQuantile, places: 4, to: &bytes)
    bytes.append(",\"percentile\":")
    JSONText.append(Int(score.percentile), to: &bytes)
    bytes.append(",\"sessionMaxPercentile\":")
    JSONText.append(Int(score.maxPercentile), to: &bytes)
  }

  /// Appends a number that is not negative with so many places behind the point, without zeros at its end:
  /// 310,000 with six is `0.31`.
  static func append(_ number: Int32, places: Int, to bytes: inout [UInt8]) {
    var unit = 1
    for _ in 0..<places { unit *= 10 }
    JSONText.append(Int(number) / unit, to: &bytes)
    var rest = Int(number) % unit
    guard rest > 0 else { return }
    bytes.append(ASCII.point)
    while rest > 0 {
      unit /= 10
      bytes.append(ASCII.zero + UInt8(rest / unit))
      rest %= unit
    }
  }
}
