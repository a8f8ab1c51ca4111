/// An answer to a request, before any HTTP library is involved.
package struct Answer: Sendable, Hashable {
  /// One header field.
  package struct Field: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// HTTP status.
  package var status: Int
  /// Header fields besides length, connection and request id.
  package var fields: [Field]
  /// The body.
  package var body: [UInt8]

  /// Creates an answer; without `type` it has no body.
  package init(status: Int, type: String? = nil, fields: [Field] = [], body: [UInt8] = []) {
    self.status = status
    self.fields = (type.map { [Field("Content-Type", $0)] } ?? []) + fields
    self.body = body
  }

  /// An answer in JSON.
  package static func json(_ status: Int, _ body: [UInt8], fields: [Field] = []) -> Answer {
    Answer(
      status: status, type: "application/json",
      fields: [Field("Cache-Control", "no-store")] + fields, body: body)
  }
}
