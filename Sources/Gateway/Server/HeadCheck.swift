internal import Bytes
internal import NIOHTTP1

/// What is refused of a request's head whatever its path: what is too long, and what two readers of the same
/// bytes could understand differently.
struct HeadCheck {
  let limits: ServerLimits

  /// What is wrong with a head; `nil` if nothing is.
  func problem(_ head: HTTPRequestHead) -> Problem? {
    if head.uri.utf8.count > limits.maxTargetBytes { return HeadCheck.longTarget(limits) }
    if head.headers.count > limits.maxHeaderFields { return HeadCheck.largeHeaders(limits) }
    let bytes = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    if bytes > limits.maxHeaderBytes { return HeadCheck.largeHeaders(limits) }
    guard head.uri.utf8.first == ASCII.slash else {
      return .badRequest("the request target is '\(shown(head.uri))', expected a path that begins with /")
    }
    if head.uri.utf8.contains(where: { $0 <= ASCII.space || $0 >= 0x7f || $0 == UInt8(ascii: "#") }) {
      return .badRequest("the request target has characters that have to be percent-encoded")
    }
    return framing(head) ?? host(head)
  }

  /// Where the body ends has to be clear to everybody on the way.
  private func framing(_ head: HTTPRequestHead) -> Problem? {
    let codings = head.headers["transfer-encoding"]
    let lengths = head.headers["content-length"]
    if !codings.isEmpty, !lengths.isEmpty {
      return .badRequest("the request has both Content-Length and Transfer-Encoding, expected one of them")
    }
    if !codings.isEmpty {
      guard codings.count == 1, codings[0].utf8.map(ASCII.lowercased) == Array("chunked".utf8),
        // A body of a stream of HTTP/2 that states no length is handed on as a chunked one.
        head.version == .http1_1 || head.version.major == 2
      else {
        return .badRequest("Transfer-Encoding is '\(shown(codings[0]))', expected chunked, and HTTP/1.1")
      }
    }
    if lengths.count > 1 { return .badRequest("Content-Length stands there \(lengths.count) times") }
    if let text = lengths.first {
      guard !text.isEmpty, text.utf8.allSatisfy({ ASCII.digits.contains($0) }) else {
        return .badRequest("Content-Length is '\(shown(text))', expected digits")
      }
    }
    return nil
  }

  private func host(_ head: HTTPRequestHead) -> Problem? {
    let hosts = head.headers["host"]
    if hosts.count == 1 || hosts.isEmpty && head.version == .http1_0 { return nil }
    return .badRequest("the request has \(hosts.count) Host fields, expected 1")
  }

  private func shown(_ text: String) -> String {
    String(decoding: text.utf8.prefix(64).map { (0x20..<0x7f).contains($0) ? $0 : 0x3f }, as: UTF8.self)
  }

  static func longTarget(_ limits: ServerLimits) -> Problem {
    Problem(
      414, "uri.too.long",
      "the request target is longer than \(limits.maxTargetBytes) bytes (gateway.maxTargetBytes)")
  }

  static func largeHeaders(_ limits: ServerLimits) -> Problem {
    Problem(
      431, "request.header.fields.too.large",
      "the request has more than \(limits.maxHeaderFields) header fields (gateway.maxHeaderFields) or "
        + "\(limits.maxHeaderBytes) bytes of them (gateway.maxHeaderBytes)")
  }
}
