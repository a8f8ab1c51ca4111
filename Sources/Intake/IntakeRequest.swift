/// What the server knows of a request besides its body.
package struct IntakeRequest: Sendable {
  /// When it was received, in epoch milliseconds by the server's clock.
  package var receivedAt: Int64
  /// The client's address as text, without a port; `nil` if it is not known.
  package var clientAddress: String?
  package var userAgent: String?
  package var acceptLanguage: String?
  /// `Sec-CH-UA…` fields, their names in lower case.
  package var clientHints: [String: String] = [:]
  /// The field `SentAt`: when the client's clock says that it sent the request.
  package var sentAt: String?
  package var idempotencyKey: String?
  package var contentType: String?
  /// The fields `ce-…` of a CloudEvent in binary mode, their names in lower case.
  package var cloudEventFields: [String: String] = [:]
  /// The query parameter `stream`.
  package var stream: String?
  /// Whether the client asks not to be tracked: `Sec-GPC: 1` or `DNT: 1`.
  package var hasPrivacySignal = false
  /// What no other request is called: in the record's headers, and in the ids of events that state neither
  /// an id nor a time.
  package var requestID: String?

  /// Creates a request of which nothing more is known.
  package init(receivedAt: Int64) { self.receivedAt = receivedAt }
}
