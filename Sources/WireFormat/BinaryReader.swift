internal import Bytes

/// Reads what `BinaryWriter` wrote. Damaged bytes give `CodecError`, never a trap.
package struct BinaryReader {
  private let bytes: [UInt8]
  package private(set) var at: Int
  private let end: Int

  package init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
    self.bytes = bytes
    at = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  package var isAtEnd: Bool { at >= end }

  package mutating func byte() throws(CodecError) -> UInt8 {
    guard at < end else { throw CodecError("ends too early") }
    at += 1
    return bytes[at - 1]
  }

  package mutating func number() throws(CodecError) -> Int {
    do {
      return Int(Int64(bitPattern: try Varint.read(bytes, at: &at, end: end)))
    } catch {
      throw CodecError(error.description)
    }
  }

  /// A number that counts something: not negative, and not more than there are bytes left.
  package mutating func count() throws(CodecError) -> Int {
    let value = try number()
    guard value >= 0, value <= end - at else { throw CodecError("a length of \(value) exceeds the record") }
    return value
  }

  package mutating func fixed() throws(CodecError) -> UInt64 {
    guard at + 8 <= end else { throw CodecError("ends too early") }
    // Unsafe by name only: the load checks its bounds, and any eight bytes are a number.
    let value = UInt64(
      littleEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
    at += 8
    return value
  }

  package mutating func text() throws(CodecError) -> [UInt8] {
    let count = try count()
    guard count > 0 else { return [] }
    var text: [UInt8] = []
    text.append(bytes.span.extracting(at..<at + count))
    at += count
    return text
  }

  /// Everything up to the end.
  package mutating func rest() -> [UInt8] {
    defer { at = end }
    return at < end ? Array(bytes[at..<end]) : []
  }

  /// The next section's tag and a reader over its body; moves past it.
  package mutating func section() throws(CodecError) -> (tag: UInt8, body: BinaryReader) {
    let tag = try byte()
    guard at + 4 <= end else { throw CodecError("ends too early") }
    var length = 0
    for place in 0..<4 { length |= Int(bytes[at + place]) << (8 * place) }
    at += 4
    guard length <= end - at else { throw CodecError("a section of \(length) bytes exceeds the record") }
    let body = BinaryReader(bytes, at..<at + length)
    at += length
    return (tag, body)
  }
}

/// Stored bytes that cannot be read.
public struct CodecError: Error, Sendable, CustomStringConvertible {
  /// What is wrong.
  public var description: String

  /// Creates an error.
  public init(_ description: String) { self.description = description }
}
