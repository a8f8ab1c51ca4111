/// What came of one request.
package enum AttemptResult: Sendable, Hashable {
  /// An answer: its status, how long it asks to wait, and the beginning of its body.
  case answered(status: Int, retryAfter: Duration?, body: [UInt8])
  /// No answer.
  case failed(SendFailure)
}

/// Why a request got no answer.
package enum SendFailure: String, Sendable, Hashable, CaseIterable {
  /// The name service does not know the host, or does not answer.
  case nameNotFound
  /// The host's address is one that the target may not be at: nothing was connected to.
  case addressRefused
  /// Nobody accepts the connection.
  case connectFailed
  /// The certificate, or the agreement about encryption.
  case tlsFailed
  /// The other side closed, or sent what is no answer.
  case connectionBroken
  /// No answer within the target's time.
  case timedOut
  /// The trigger expired before it was on its way: it was not sent.
  case expired
  /// This process stops, or gave its part of the topic away.
  case cancelled
}
