internal import Bytes

/// An IP address.
struct NetworkAddress: Hashable {
  /// 4 or 16.
  private var bytes: [UInt8]

  /// Reads `192.0.2.10` or `2001:db8::1`, that in brackets or with a zone as well. An IPv4 address within an
  /// IPv6 one, `::ffff:192.0.2.10`, is the former.
  init?(_ text: String) {
    var text = Array(text.utf8)[...]
    if text.first == ASCII.openBracket, text.last == ASCII.closeBracket { text = text.dropFirst().dropLast() }
    text = text.prefix { $0 != ASCII.percent }
    if !text.contains(ASCII.colon) {
      guard let four = NetworkAddress.four(text) else { return nil }
      bytes = four
      return
    }
    guard let sixteen = NetworkAddress.sixteen(text) else { return nil }
    let isMapped = sixteen[0..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xff && sixteen[11] == 0xff
    bytes = isMapped ? Array(sixteen[12...]) : sixteen
  }

  /// The address without what tells households apart: the last byte of four, all behind six of sixteen.
  var anonymized: NetworkAddress {
    var address = self
    let kept = bytes.count == 4 ? 3 : 6
    for index in kept..<bytes.count { address.bytes[index] = 0 }
    return address
  }

  /// The canonical text (RFC 5952).
  var text: String {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    let groups = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    func joined(_ groups: ArraySlice<UInt16>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return joined(groups[...]) }
    return joined(groups[..<longest.lowerBound]) + "::" + joined(groups[longest.upperBound...])
  }

  private static func four(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: ASCII.point, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ ASCII.digits.contains($0) }),
        part.count == 1 || part.first != ASCII.zero
      else { return nil }
      let value = part.reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
      guard value < 256 else { return nil }
      bytes.append(UInt8(value))
    }
    return bytes
  }

  private static func sixteen(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var halves: [[UInt8]] = [[]]
    var rest = text
    if rest.starts(with: [ASCII.colon, ASCII.colon]) {
      halves.append([])
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let part = rest.prefix { $0 != ASCII.colon }
      rest = rest.dropFirst(part.count)
      if part.contains(ASCII.point) {
        guard rest.isEmpty, let four = four(part) else { return nil }
        halves[halves.count - 1] += four
        break
      }
      guard (1...4).contains(part.count), part.allSatisfy({ Hex.value(of: $0) != nil }) else { return nil }
      let value = part.reduce(UInt16(0)) { $0 << 4 | UInt16(Hex.value(of: $1) ?? 0) }
      halves[halves.count - 1] += [UInt8(value >> 8), UInt8(value & 0xff)]
      guard !rest.isEmpty else { break }
      rest = rest.dropFirst()
      if rest.first == ASCII.colon {
        guard halves.count == 1 else { return nil }
        halves.append([])
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    let count = halves.reduce(0) { $0 + $1.count }
    if halves.count == 1 { return count == 16 ? halves[0] : nil }
    guard count <= 14 else { return nil }
    return halves[0] + [UInt8](repeating: 0, count: 16 - count) + halves[1]
  }
}
