internal import Bytes
internal import JourneyModel

/// Reads the forms of this module; damaged bytes give an error, never a trap.
struct ByteReader: ~Copyable {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }
  /// Bytes that are left.
  var remaining: Int { bytes.count - at }

  mutating func byte() throws(PredictionFormError) -> UInt8 {
    guard at < bytes.count else { throw PredictionFormError("ends too early") }
    at += 1
    return bytes[at - 1]
  }

  /// A number of so many bytes, little endian.
  mutating func fixed<Number: FixedWidthInteger & UnsignedInteger>(
    _: Number.Type = Number.self
  ) throws(PredictionFormError) -> Number {
    var value: Number = 0
    for place in 0..<Number.bitWidth / 8 { value |= Number(try byte()) << Number(8 * place) }
    return value
  }

  /// A number from 0 up to a bound.
  mutating func number(_ most: Int = 1 << 48) throws(PredictionFormError) -> Int {
    let value: Int
    do {
      value = Int(try Varint.read(bytes, at: &at, end: bytes.count, bits: 63))
    } catch {
      throw PredictionFormError(error.description)
    }
    guard value <= most else { throw PredictionFormError("a number is \(value), above \(most)") }
    return value
  }

  /// How many things follow, each of at least so many bytes.
  mutating func count(most: Int, bytesEach: Int = 1) throws(PredictionFormError) -> Int {
    let count = try number(most)
    guard count <= remaining / bytesEach else { throw PredictionFormError("a count exceeds the bytes") }
    return count
  }

  mutating func text(maxBytes: Int) throws(PredictionFormError) -> String {
    let count = try count(most: maxBytes)
    let text = String(validating: bytes[at..<at + count], as: UTF8.self)
    at += count
    guard let text else { throw PredictionFormError("a text is not UTF-8") }
    return text
  }

  /// Bytes with their count before them.
  mutating func block() throws(PredictionFormError) -> [UInt8] {
    let count = try count(most: remaining)
    at += count
    return Array(bytes[at - count..<at])
  }

  mutating func time() throws(PredictionFormError) -> EventTime {
    EventTime(milliseconds: Int64(try number(Int(EventTime.latest.milliseconds))))
  }
}

/// Bytes that are no model, no example or no state of this version.
package struct PredictionFormError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Appends what `ByteReader` reads.
extension [UInt8] {
  mutating func append(number: Int) { Varint.append(UInt64(number), to: &self) }

  mutating func append(fixed number: some FixedWidthInteger & UnsignedInteger) {
    for place in 0..<number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }

  mutating func append(text: String) {
    append(number: text.utf8.count)
    append(contentsOf: text.utf8)
  }

  mutating func append(time: EventTime) { append(number: Int(time.milliseconds)) }
}
