internal import Bytes
internal import Crypto

/// The script that a page loads to send what its visitors do.
struct Snippet: Sendable {
  static let served = Snippet(packed(PackageResources.sojourn_js))

  /// Its bytes; for each text of the script another hash.
  let text: [UInt8]
  private let served: ServedText
  let hash: String

  /// A script without what only its readers need: lines that are comments, and the blanks before the others.
  static func packed(_ script: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = []
    for line in script.split(separator: ASCII.newline) {
      let rest = line.drop { $0 == ASCII.space }
      guard !rest.isEmpty, !rest.starts(with: [ASCII.slash, ASCII.slash]) else { continue }
      packed += rest
      packed.append(ASCII.newline)
    }
    return packed
  }

  init(_ text: [UInt8]) {
    self.text = text
    served = ServedText(text)
    var digits: [UInt8] = []
    for byte in SHA256.hash(data: text).prefix(8) { Hex.append(byte, to: &digits) }
    hash = String(decoding: digits, as: UTF8.self)
  }

  /// The script, or that it is still the same.
  ///
  /// - Parameter hash: the one in the path. Under its own the script never changes. Under one of before it is
  ///   given as well, since a page that nobody has touched since would otherwise send nothing any more.
  func answer(to head: RequestHead, hash asked: String?) -> Answer {
    let tags = ["\"\(hash)\"", "\"\(hash)-gz\""]
    let tag = served.isPacked(for: head) ? tags[1] : tags[0]
    let fields = [
      Answer.Field("ETag", tag),
      Answer.Field(
        "Cache-Control", asked == hash ? "public, max-age=31536000, immutable" : "public, max-age=3600"),
      // Public, and without credentials: a page may check it by its own hash.
      Answer.Field("Access-Control-Allow-Origin", "*"),
      Answer.Field("Cross-Origin-Resource-Policy", "cross-origin"),
      Answer.Field("X-Content-Type-Options", "nosniff"),
    ]
    let known = head.all("if-none-match").flatMap { $0.split(separator: ",") }
    let isKnown = known.contains { entry in
      let entry = entry.drop { $0 == " " }
      return entry == "*" || tags.contains { entry == $0 || entry == "W/" + $0 }
    }
    if isKnown { return Answer(status: 304, fields: fields) }
    let (body, packing) = served.body(for: head)
    return Answer(
      status: 200, type: "text/javascript; charset=utf-8", fields: fields + packing, body: body)
  }
}
