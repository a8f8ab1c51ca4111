internal import Bytes

/// Its outcome, its state, then probability, quantile and the highest of both.
extension OutcomeScore {
  func encode(to bytes: inout [UInt8]) {
    Varint.append(UInt64(outcome.utf8.count), to: &bytes)
    bytes.append(contentsOf: outcome.utf8)
    var numbers = ScoreNumbers()
    numbers.append(state.rawValue)
    numbers.append(number: probability)
    numbers.append(number: quantile)
    numbers.append(number: maxProbability)
    numbers.append(number: maxQuantile)
    numbers.write(to: &bytes)
  }

  /// Reads what `encode` wrote, and moves behind it; damaged bytes give an error, never a trap.
  init(encoded bytes: [UInt8], at place: inout Int) throws(RuleStateError) {
    var at = place
    func number(_ most: Int, _ what: StaticString) throws(RuleStateError) -> Int {
      let value: Int
      do {
        value = Int(try Varint.read(bytes, at: &at, end: bytes.count, bits: 63))
      } catch {
        throw RuleStateError(description: error.description)
      }
      guard value <= most else { throw RuleStateError(description: "an impossible \(what)") }
      return value
    }
    let count = try number(bytes.count, "length")
    guard count < bytes.count - at else { throw RuleStateError(description: "ends too early") }
    let outcome = String(decoding: bytes[at..<at + count], as: UTF8.self)
    at += count
    guard let state = State(rawValue: bytes[at]) else {
      throw RuleStateError(description: "a score in an unknown state")
    }
    at += 1
    self.init(
      outcome: outcome, probability: Int32(try number(1_000_000, "probability")),
      quantile: Int32(try number(10_000, "quantile")))
    self.state = state
    maxProbability = Int32(try number(1_000_000, "probability"))
    maxQuantile = Int32(try number(10_000, "quantile"))
    guard maxProbability >= probability, maxQuantile >= quantile else {
      throw RuleStateError(description: "a score above the highest")
    }
    place = at
  }
}

/// The numbers of a score, put together on the stack and appended as one block: byte by byte an array asks
/// each time whether it has room.
private struct ScoreNumbers: ~Copyable {
  // A byte, and four numbers of five bytes at most.
  private var bytes = InlineArray<24, UInt8>(repeating: 0)
  private var count = 0

  mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  /// As `Varint` writes it.
  mutating func append(number: Int32) {
    var rest = UInt32(number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  func write(to target: inout [UInt8]) { target.append(bytes.span.extracting(0..<count)) }
}
