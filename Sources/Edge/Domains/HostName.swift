/// A host that is a name: labels with dots between them, and no address.
struct HostName {
  /// Without a dot at its end; ASCII letters in lower case.
  let text: String

  /// - Parameter maxBytes: a longer one is no name.
  /// - Returns: `nil` for addresses, empty labels, and characters that no host may have.
  init?(_ host: String, maxBytes: Int) {
    // One dot at the end is the root's, beyond the limit.
    var bytes = Array(host.utf8.prefix(maxBytes + 2))
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    guard !bytes.isEmpty, bytes.count <= maxBytes, !bytes.contains(where: HostName.isForbidden) else {
      return nil
    }
    let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let last = labels.last, !labels.contains(where: \.isEmpty), !HostName.isNumber(last) else {
      return nil
    }
    for index in bytes.indices where HostName.isUpper(bytes[index]) { bytes[index] |= 0x20 }
    text = String(decoding: bytes, as: UTF8.self)
  }

  private static func isUpper(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  /// What the URL standard forbids in a host, and the colons and brackets of addresses.
  private static func isForbidden(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F: true
    case UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "\\"),
      UInt8(ascii: "]"), UInt8(ascii: "^"), UInt8(ascii: "|"):
      true
    default: false
    }
  }

  /// A host that ends in a number is an address, or nothing.
  private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    if label.allSatisfy(digits.contains) { return true }
    guard label.count >= 2, label.first == UInt8(ascii: "0"),
      label.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "x")
    else { return false }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
    return label.dropFirst(2).allSatisfy { digits.contains($0) || letters.contains($0 | 0x20) }
  }
}
