internal import Bytes

/// A URL in its parts, as browsers see them.
struct PageAddress {
  /// In lower case, without user and port.
  var hostname: [UInt8]
  /// `/` where there is none.
  var pathname: [UInt8]
  /// Without the `?`; `nil` without one.
  var queryString: [UInt8]?
  /// Without the `#`; `nil` without one.
  var fragment: [UInt8]?
  /// What is in front of the query: scheme, host and path as they came.
  private var head: [UInt8]

  /// Splits a URL. Only those with a scheme and a host are one.
  init?(_ url: some Collection<UInt8>) {
    var rest = Array(url)[...].drop { $0 <= ASCII.space }
    while let last = rest.last, last <= ASCII.space { rest = rest.dropLast() }
    if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
      fragment = Array(rest[(hash + 1)...])
      rest = rest[..<hash]
    }
    if let question = rest.firstIndex(of: ASCII.question) {
      queryString = Array(rest[(question + 1)...])
      rest = rest[..<question]
    }
    head = Array(rest)
    guard let colon = rest.firstIndex(of: ASCII.colon), colon > rest.startIndex,
      rest[..<colon].allSatisfy(PageAddress.isOfScheme), rest[(colon + 1)...].starts(with: [0x2f, 0x2f])
    else { return nil }
    let behind = rest[(colon + 3)...]
    var host = behind.prefix { $0 != ASCII.slash && $0 != ASCII.backslash }
    pathname = Array(behind.dropFirst(host.count))
    if pathname.isEmpty { pathname = [ASCII.slash] }
    if let at = host.lastIndex(of: ASCII.at) { host = host[(at + 1)...] }
    if host.first == ASCII.openBracket {
      guard let close = host.firstIndex(of: ASCII.closeBracket) else { return nil }
      host = host[...close]
    } else {
      host = host.prefix { $0 != ASCII.colon }
    }
    guard !host.isEmpty else { return nil }
    hostname = host.map { ASCII.lowercased($0) }
  }

  private static func isOfScheme(_ byte: UInt8) -> Bool {
    ASCII.smallLetters.contains(ASCII.lowercased(byte)) || ASCII.digits.contains(byte) || byte == ASCII.plus
      || byte == ASCII.hyphen || byte == ASCII.point
  }

  /// The URL, without what was taken out of it.
  var url: [UInt8] {
    var url = head
    if let queryString { url += [ASCII.question] + queryString }
    if let fragment { url += [UInt8(ascii: "#")] + fragment }
    return url
  }

  /// Takes out what a source does not want to have.
  mutating func redact(_ tracking: TrackingSettings) {
    if !tracking.shouldKeepUrlFragment { fragment = nil }
    guard let query = queryString, !tracking.excludedQueryParameters.isEmpty else { return }
    let kept = PageAddress.withoutParameters(query, tracking.excludedQueryParameters)
    if kept.count < query.count { queryString = kept.isEmpty ? nil : kept }
  }

  /// A query without some parameters; the others as they came.
  static func withoutParameters(_ query: [UInt8], _ names: [String]) -> [UInt8] {
    let excluded = names.map { Array($0.utf8) }
    let parts = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    let kept = parts.filter { !excluded.contains(decoded($0.prefix { $0 != UInt8(ascii: "=") })) }
    return kept.count == parts.count ? query : Array(kept.joined(separator: [UInt8(ascii: "&")]))
  }

  /// A parameter of the query.
  struct Parameter {
    var name: [UInt8]
    var value: [UInt8]
  }

  /// The parameters that have a value, without their escapes.
  var parameters: [Parameter] {
    guard let queryString else { return [] }
    return queryString.split(separator: UInt8(ascii: "&")).compactMap { part in
      let name = part.prefix { $0 != UInt8(ascii: "=") }
      let value = part.dropFirst(name.count + 1)
      return value.isEmpty
        ? nil : Parameter(name: PageAddress.decoded(name), value: PageAddress.decoded(value))
    }
  }

  /// Text without percent-encoding, a plus being a blank; as it came if what that stands for is no text.
  static func decoded(_ text: some Collection<UInt8>) -> [UInt8] {
    let raw = Array(text)
    guard raw.contains(where: { $0 == ASCII.percent || $0 == ASCII.plus }) else { return raw }
    var bytes: [UInt8] = []
    var at = 0
    while at < raw.count {
      if raw[at] == ASCII.percent, at + 2 < raw.count, let high = Hex.value(of: raw[at + 1]),
        let low = Hex.value(of: raw[at + 2])
      {
        bytes.append(high << 4 | low)
        at += 3
      } else {
        bytes.append(raw[at] == ASCII.plus ? ASCII.space : raw[at])
        at += 1
      }
    }
    return String(validating: bytes, as: UTF8.self) == nil ? raw : bytes
  }
}
