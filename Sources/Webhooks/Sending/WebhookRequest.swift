package import JourneyModel

/// The headers of one request. Of `webhook-…` the Standard Webhooks specification says what they are, so that
/// receivers verify them with any library for it.
package struct WebhookRequest: Sendable {
  /// In the order of sending.
  package let headers: [RequestHeader]
  /// The record's value, byte for byte.
  package let body: [UInt8]

  /// Signs one attempt.
  ///
  /// - Parameters:
  ///   - now: the time of sending, which the signature covers in seconds.
  ///   - agent: what sends: name and version.
  package init(_ attempt: Attempt, to target: WebhookTarget, at now: EventTime, agent: String) {
    let seconds = now.milliseconds / 1_000
    let trigger = attempt.trigger
    let signatures = target.secrets.map {
      $0.signature(id: trigger.action, seconds: seconds, body: attempt.body)
    }
    body = attempt.body
    headers =
      [
        RequestHeader("content-type", "application/json"),
        RequestHeader("user-agent", agent),
        RequestHeader("webhook-id", trigger.action),
        RequestHeader("webhook-timestamp", "\(seconds)"),
        RequestHeader("webhook-signature", signatures.joined(separator: " ")),
        RequestHeader("idempotency-key", trigger.action),
        RequestHeader("sojourn-attempt", "\(attempt.number)"),
        RequestHeader("sojourn-expires-at", trigger.expiresAt.iso8601),
      ] + attempt.headers
  }
}
