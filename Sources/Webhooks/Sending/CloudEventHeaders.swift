internal import EventLog

/// The CloudEvents attributes of a record as headers of a request (HTTP binding, binary mode): `ce_id` is
/// `ce-id`.
enum CloudEventHeaders {
  /// Longest value that is passed on, in bytes.
  private static let maxBytes = 1_024

  static func of(_ block: HeaderBlock) -> [RequestHeader] {
    block.headers.compactMap { name, value in
      guard name.hasPrefix("ce_"), let value, value.count <= maxBytes,
        name.utf8.dropFirst(3).allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) })
      else { return nil }
      return RequestHeader("ce-" + name.dropFirst(3), encoded(value))
    }
  }

  /// As the binding says: blanks, quotes, percent signs and what is not printable ASCII are percent-encoded.
  private static func encoded(_ value: [UInt8]) -> String {
    var text = ""
    for byte in value {
      switch byte {
      case 0x21, 0x23, 0x24, 0x26...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return text
  }
}
