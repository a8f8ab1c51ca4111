internal import CEdge

/// A phone number that its region's plan has.
struct PhoneNumber {
  /// `+`, calling code and number: digits only.
  let e164: String

  /// Most bytes of a number in E.164 with its end, and some to spare.
  private static let capacity = 32
  /// No region: what the library calls it.
  private static let unknownRegion = "ZZ"

  /// - Parameters:
  ///   - text: as it was written.
  ///   - region: two ASCII letters; `nil` for numbers with `+` only.
  ///   - maxBytes: a longer text is no number.
  /// - Returns: `nil` for what is no number there.
  init?(_ text: String, region: String?, maxBytes: Int) {
    let bytes = Array(text.utf8.prefix(maxBytes + 1))
    guard !bytes.isEmpty, bytes.count <= maxBytes, !bytes.contains(0) else { return nil }
    guard let region = PhoneNumber.region(region) else { return nil }
    var kind = CEDGE_NO_NUMBER
    let found = String(unsafeUninitializedCapacity: PhoneNumber.capacity) { buffer in
      buffer.withMemoryRebound(to: CChar.self) { buffer in
        kind = bytes.withUnsafeBufferPointer { number in
          number.withMemoryRebound(to: CChar.self) {
            cedge_e164($0.baseAddress, $0.count, region, buffer.baseAddress, PhoneNumber.capacity)
          }
        }
        return kind == CEDGE_NO_NUMBER ? 0 : (buffer.firstIndex(of: 0) ?? 0)
      }
    }
    // With its calling code a number says itself what it is, and plans grow faster than installed tables.
    // Without, only the plan tells a number from any other row of digits.
    let isInternational = bytes.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "+")
    guard kind == CEDGE_NUMBER || (kind == CEDGE_POSSIBLE_NUMBER && isInternational) else { return nil }
    e164 = found
  }

  private static func region(_ text: String?) -> String? {
    guard let text else { return unknownRegion }
    let letters = Array(text.utf8.prefix(3))
    let upper = letters.map { $0 & 0xDF }
    let isRegion =
      upper.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
      && letters.allSatisfy { $0 >= 0x41 }
    return upper.count == 2 && isRegion ? String(decoding: upper, as: UTF8.self) : nil
  }
}
