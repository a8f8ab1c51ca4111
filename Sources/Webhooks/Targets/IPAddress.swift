/// An IPv4 or IPv6 address, and what kind of network it belongs to.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// Where an address is reached.
  package enum Scope: Sendable, Hashable {
    /// Anywhere in the Internet.
    case global
    /// This machine.
    case loopback
    /// A network of one's own.
    case privateUse
    /// Nothing that a webhook is ever sent to: link-local addresses (clouds serve credentials there), groups,
    /// and what is reserved.
    case never
  }

  /// 4 or 16 bytes in network order.
  package let bytes: [UInt8]

  /// Creates an address of 4 or 16 bytes; `nil` for any other number.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Reads `192.0.2.1` or `2001:db8::1`, without brackets and without a zone.
  ///
  /// Four decimal numbers and nothing else: `127.1`, `0x7f000001` and `0177.0.0.1` are no addresses here, so
  /// that nobody takes one for a name that means something else.
  package init?(_ text: String) {
    if text.utf8.contains(UInt8(ascii: ":")) {
      guard let bytes = IPAddress.sixteen(text) else { return nil }
      self.bytes = bytes
    } else {
      guard let bytes = IPAddress.four(text) else { return nil }
      self.bytes = bytes
    }
  }

  /// Dotted numbers, or eight groups of hexadecimal digits.
  package var description: String {
    if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }

  /// What kind of network it belongs to.
  package var scope: Scope { bytes.count == 4 ? scopeOfFour(bytes) : scopeOfSixteen }

  private var scopeOfSixteen: Scope {
    // ::ffff:a.b.c.d, ::a.b.c.d (deprecated), 64:ff9b::a.b.c.d (NAT64): the IPv4 address is what is reached.
    if bytes[0..<10].allSatisfy({ $0 == 0 }) {
      if bytes[10] == 0xff, bytes[11] == 0xff { return scopeOfFour(Array(bytes[12...])) }
      if bytes[10...14].allSatisfy({ $0 == 0 }) {
        return bytes[15] == 1 ? .loopback : .never
      }
      if bytes[10] == 0, bytes[11] == 0 { return scopeOfFour(Array(bytes[12...])) }
    }
    if bytes.starts(with: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return scopeOfFour(Array(bytes[12...]))
    }
    // 6to4 has the IPv4 address behind its prefix.
    if bytes.starts(with: [0x20, 0x02]) { return scopeOfFour(Array(bytes[2..<6])) }
    // Where clouds serve credentials over IPv6, in the middle of the private range.
    if bytes == [0xfd, 0x00, 0x0e, 0xc2] + [UInt8](repeating: 0, count: 10) + [0x02, 0x54] { return .never }
    if bytes[0] & 0xfe == 0xfc { return .privateUse }
    // Global unicast is 2000::/3 alone; of it, documentation and Teredo go nowhere.
    guard bytes[0] & 0xe0 == 0x20 else { return .never }
    if bytes.starts(with: [0x20, 0x01, 0x0d, 0xb8]) || bytes.starts(with: [0x20, 0x01, 0, 0]) {
      return .never
    }
    return .global
  }

  private func scopeOfFour(_ four: [UInt8]) -> Scope {
    switch (four[0], four[1]) {
    case (127, _): .loopback
    case (10, _), (172, 16...31), (192, 168), (100, 64...127): .privateUse
    case (0, _), (169, 254), (224...255, _), (198, 18...19): .never
    case (192, 0) where four[2] == 0 || four[2] == 2, (198, 51) where four[2] == 100: .never
    case (203, 0) where four[2] == 113: .never
    default: .global
    }
  }

  private static func four(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        part.utf8.count == 1 || part.utf8.first != 0x30, let number = UInt8(part)
      else { return nil }
      bytes.append(number)
    }
    return bytes
  }

  private static func sixteen(_ text: String) -> [UInt8]? {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = groups(halves[0], mayEndInFour: halves.count == 1) else { return nil }
    switch halves.count {
    case 1: return first.count == 16 ? first : nil
    case 2:
      guard let last = groups(halves[1], mayEndInFour: true), first.count + last.count <= 14 else {
        return nil
      }
      return first + [UInt8](repeating: 0, count: 16 - first.count - last.count) + last
    default: return nil
    }
  }

  /// The bytes of groups with colons between them; at the end of an address there may be an IPv4 one.
  private static func groups(_ text: Substring, mayEndInFour: Bool) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.utf8.contains(UInt8(ascii: ".")) {
        guard mayEndInFour, index == parts.count - 1, let four = four(String(part)) else { return nil }
        bytes += four
        continue
      }
      guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ isHexDigit($0) }),
        let number = UInt16(part, radix: 16)
      else { return nil }
      bytes += [UInt8(number >> 8), UInt8(number & 0xff)]
    }
    return bytes.count <= 16 ? bytes : nil
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
