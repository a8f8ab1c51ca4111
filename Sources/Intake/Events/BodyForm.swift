internal import Bytes

/// What a body is, by its `Content-Type`. Parameters and case say nothing.
enum BodyForm {
  case json
  /// JSON, or a form's field `data` with JSON or that in base64.
  case form
  case lines
  case cloudEvent
  case cloudEventBatch

  /// - Returns: `nil` for what is not read.
  init?(contentType: String?) {
    let field = (contentType ?? "").utf8.prefix { $0 != ASCII.semicolon }.filter { $0 > ASCII.space }
    let name = String(decoding: field.map { ASCII.lowercased($0) }, as: UTF8.self)
    switch name {
    case "", "application/json", "text/json", "text/plain": self = .json
    case "application/x-www-form-urlencoded": self = .form
    case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
      "application/json-lines":
      self = .lines
    case "application/cloudevents-batch+json": self = .cloudEventBatch
    case "application/cloudevents+json": self = .cloudEvent
    case _ where name.hasSuffix("+json") && !name.hasPrefix("application/cloudevents"): self = .json
    default: return nil
    }
  }
}

/// A body without what is around its JSON.
enum BodyText {
  /// The JSON of a body; `nil` if there is none where the form says.
  static func json(_ body: [UInt8], _ form: BodyForm) -> [UInt8]? {
    let text = withoutMark(body)
    guard form == .form else { return text }
    // Command-line clients call JSON so when nobody tells them what it is.
    let first = text.first { !JSONScanner.isBlank($0) }
    if first == nil || first == ASCII.openBrace || first == ASCII.openBracket { return text }
    let fields = text.split(separator: UInt8(ascii: "&"))
    let name = Array("data=".utf8)
    guard let field = fields.first(where: { $0.starts(with: name) }) else { return nil }
    let encoded = field.dropFirst(name.count)
    let data = PageAddress.decoded(encoded)
    let start = data.first { !JSONScanner.isBlank($0) }
    if start == ASCII.openBrace || start == ASCII.openBracket { return data }
    // A plus is a digit of base64, and a blank to a form.
    return Base64.decoded(data.map { $0 == ASCII.space ? ASCII.plus : $0 })
  }

  /// Without a byte order mark, which says what is known already.
  static func withoutMark(_ body: [UInt8]) -> [UInt8] {
    body.starts(with: [0xef, 0xbb, 0xbf]) ? Array(body.dropFirst(3)) : body
  }
}

/// RFC 4648, both alphabets, with or without padding.
enum Base64 {
  static func decoded(_ text: [UInt8]) -> [UInt8]? {
    var digits = text[...]
    while digits.last == UInt8(ascii: "=") { digits = digits.dropLast() }
    guard !digits.isEmpty, digits.count % 4 != 1, text.count - digits.count <= 2 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    var word: UInt32 = 0
    var bits = 0
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case ASCII.capitals: digit - 0x41
    case ASCII.smallLetters: digit - 0x61 + 26
    case ASCII.digits: digit - 0x30 + 52
    case ASCII.plus, ASCII.hyphen: 62
    case ASCII.slash, ASCII.underscore: 63
    default: nil
    }
  }
}
