internal import Bytes

/// What browsers ask before and after pages of other origins send.
enum CORS {
  /// Longest list of header names that is reflected, in bytes.
  static let maxHeaderNames = 1_024

  /// The fields of an answer to a page of another origin; none if the request is from no page.
  static func fields(for head: RequestHead) -> [Answer.Field] {
    guard let origin = head.only("origin") else { return [] }
    return [
      Answer.Field("Access-Control-Allow-Origin", origin), Answer.Field("Vary", "Origin"),
      Answer.Field("Access-Control-Expose-Headers", "Retry-After, Sojourn-Request-Id"),
    ]
  }

  /// The answer to a preflight. Names of header fields are reflected rather than listed: a list that is
  /// complete today breaks the next version of a client.
  static func preflight(_ head: RequestHead, methods: [String]) -> Answer {
    var fields = fields(for: head)
    fields.append(Answer.Field("Access-Control-Allow-Methods", methods.joined(separator: ", ")))
    if let names = head.only("access-control-request-headers"), isListOfNames(names) {
      fields.append(Answer.Field("Access-Control-Allow-Headers", names))
    }
    fields.append(Answer.Field("Access-Control-Max-Age", "600"))
    return Answer(status: 204, fields: fields)
  }

  private static func isListOfNames(_ text: String) -> Bool {
    text.utf8.count <= maxHeaderNames
      && text.utf8.allSatisfy { byte in
        switch byte {
        case ASCII.capitals, ASCII.smallLetters, ASCII.digits, ASCII.hyphen, ASCII.underscore, ASCII.comma,
          ASCII.space:
          true
        default: false
        }
      }
  }
}
