internal import Bytes
package import NIOHTTP1

/// The head of a request: what is known before its body is read.
package struct RequestHead: Sendable {
  /// The method, as it came.
  package var method: String
  /// The path, without the query; not decoded.
  package var path: String
  /// What stands behind the first `?`; not decoded.
  package var query: String
  /// The header fields.
  package var headers: HTTPHeaders
  /// The client's address, without port.
  package var clientAddress: String?
  /// Names the request in answers, logs and records.
  package var id: String

  /// The first value of a query parameter, decoded; `nil` if it is not there or is not UTF-8.
  package func parameter(_ name: String) -> String? {
    pairs.first { PercentText.decode($0.name) == name }.flatMap { PercentText.decode($0.value) }
  }

  /// All values of a query parameter that can be read.
  func parameters(_ name: String) -> [String] {
    pairs.filter { PercentText.decode($0.name) == name }.compactMap { PercentText.decode($0.value) }
  }

  /// The name of the first query parameter that cannot be read, as it came: an escape is incomplete, or the
  /// text is not UTF-8. `nil` if there is none.
  var unreadableParameter: String? {
    pairs.first { PercentText.decode($0.name) == nil || PercentText.decode($0.value) == nil }
      .map { String(Substring($0.name)) }
  }

  /// The parameters of the query, not decoded; one without `=` has an empty value.
  private var pairs: [(name: Substring.UTF8View, value: Substring.UTF8View)] {
    query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      return (parts[0], parts.count == 1 ? Substring().utf8 : parts[1])
    }
  }

  /// The one value of a header field, without blanks around it; `nil` if there is none or more than one.
  package func only(_ name: String) -> String? {
    let values = headers[name]
    return values.count == 1 ? values[0] : nil
  }

  /// All values of a header field.
  package func all(_ name: String) -> [String] { headers[name] }

  /// All header fields, in their order.
  var fields: [(name: String, value: String)] { headers.map { ($0.name, $0.value) } }
}

/// Text of targets, `%xx` for bytes.
enum PercentText {
  /// The text; `nil` if it is not UTF-8 or an escape is incomplete. `+` is a space, as in queries.
  static func decode(_ text: some Collection<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case ASCII.plus: bytes.append(ASCII.space)
      case ASCII.percent:
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
          return nil
        }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case ASCII.digits: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
