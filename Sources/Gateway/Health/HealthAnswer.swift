/// An answer to a request, before any HTTP library is involved.
package struct HealthAnswer: Sendable, Hashable {
  /// Media type of text.
  package static let plain = "text/plain; charset=utf-8"
  /// Media type of JSON.
  package static let json = "application/json"

  /// HTTP status.
  package var status: Int
  /// Media type of the body.
  package var contentType: String
  /// The body.
  package var body: [UInt8]
  /// Methods that the path takes, for the `Allow` header of a 405.
  package var allow: String?

  /// Creates an answer.
  package init(status: Int, contentType: String, body: [UInt8], allow: String? = nil) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.allow = allow
  }
}
