internal import Bytes

/// Where a target is: an absolute URL without user and fragment, `https` or `http`.
package struct TargetURL: Sendable, Hashable {
  /// What was expected of a text that is no such URL.
  package struct Problem: Error, Sendable, Hashable {
    package var expected: String
  }

  /// Longest URL, in bytes.
  package static let maxBytes = 2_048

  /// The URL. May hold a key of the receiver's, so it is never logged; see `origin`.
  package let text: String
  /// Whether it is `https`.
  package let isSecure: Bool
  /// Host name in lower case, or address without brackets.
  package let host: String
  /// Port, 1 to 65535.
  package let port: Int

  /// The address, if the host is one.
  package var address: IPAddress? { IPAddress(host) }

  /// Whether the host says by itself that it is this machine.
  package var isLoopback: Bool { host == "localhost" || address?.scope == .loopback }

  /// Scheme, host and port: what may be logged.
  package var origin: String {
    "\(isSecure ? "https" : "http")://\(host.utf8.contains(ASCII.colon) ? "[\(host)]" : host):\(port)"
  }

  /// Reads a URL.
  package init(_ text: String) throws(Problem) {
    guard text.utf8.count <= TargetURL.maxBytes else {
      throw Problem(expected: "at most \(TargetURL.maxBytes) bytes")
    }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") }) else {
      throw Problem(expected: "printable ASCII without blanks and without #, others percent-encoded")
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasPrefix("//") else { throw Problem(expected: TargetURL.form) }
    switch parts[0].lowercased() {
    case "https": isSecure = true
    case "http": isSecure = false
    default: throw Problem(expected: TargetURL.form)
    }
    let rest = parts[1].dropFirst(2)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else {
      throw Problem(expected: "no user or password in the URL: requests are signed instead")
    }
    (host, port) = try TargetURL.place(authority, isSecure: isSecure)
    self.text = text
  }

  private static let form = "https://HOST[:PORT][/PATH]"

  private static func place(
    _ authority: Substring, isSecure: Bool
  ) throws(Problem) -> (host: String, port: Int) {
    var host = authority
    var port: Substring?
    if authority.first == "[" {
      guard let close = authority.firstIndex(of: "]") else { throw Problem(expected: form) }
      host = authority[authority.index(after: authority.startIndex)..<close]
      let behind = authority[authority.index(after: close)...]
      guard behind.isEmpty || behind.first == ":", IPAddress(String(host)) != nil else {
        throw Problem(expected: "an IPv6 address without a zone in the brackets")
      }
      if !behind.isEmpty { port = behind.dropFirst() }
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    var number = isSecure ? 443 : 80
    if let port {
      guard port.utf8.allSatisfy({ ASCII.digits.contains($0) }), let given = Int(port),
        (1...65_535).contains(given)
      else { throw Problem(expected: "a port from 1 to 65535") }
      number = given
    }
    let name = host.lowercased()
    guard authority.first == "[" || isName(name) else {
      throw Problem(expected: "a host name of letters, digits, '-' and '.', or an address")
    }
    return (name, number)
  }

  private static func isName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.utf8.count)
        && label.utf8.allSatisfy { byte in
          ASCII.smallLetters.contains(byte) || ASCII.digits.contains(byte) || byte == ASCII.hyphen
            || byte == ASCII.underscore
        }
    }
  }
}
