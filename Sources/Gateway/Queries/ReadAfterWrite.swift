internal import EventLog
internal import Views

/// What a reader wants to have in an answer: whatever the events behind a token caused.
struct ReadAfterWrite {
  /// How long an answer waits for them, unless `Prefer: wait` says otherwise, and at most.
  static let usualWait = Duration.seconds(2)
  static let maxWait = Duration.seconds(5)
  /// How often it is looked whether they are there.
  private static let interval = Duration.milliseconds(5)

  let token: ReadToken
  let wait: Duration

  init(token: ReadToken, wait: Duration) { (self.token, self.wait) = (token, wait) }

  /// - Returns: `nil` for a request without a token.
  /// - Throws: what is answered to a token that is none.
  init?(_ head: RequestHead) throws(Problem) {
    let texts = head.all("sojourn-token").flatMap { $0.split(separator: ",") }
    guard !texts.isEmpty else { return nil }
    var token = ReadToken()
    for text in texts {
      guard let part = ReadToken(text: String(text.drop { $0 == " " }.prefix { $0 != " " })) else {
        throw Problem(
          400, "invalid.token", "Sojourn-Token is none that this server gives: v1. and base64url",
          details: [Problem.Detail(errorCode: "invalid.token", fieldName: "Sojourn-Token")])
      }
      token.formUnion(part)
    }
    self.token = token
    wait = ReadAfterWrite.wait(head.all("prefer"))
  }

  /// The seconds of `wait` in `Prefer` fields (RFC 7240); what is no number of seconds is ignored, as there.
  static func wait(_ fields: [String]) -> Duration {
    for preference in fields.flatMap({ $0.split(separator: ",") }) {
      let text = preference.filter { $0 != " " }.lowercased()
      if text.hasPrefix("wait="), let seconds = UInt16(text.dropFirst(5)) {
        return min(.seconds(Int(seconds)), maxWait)
      }
    }
    return usualWait
  }

  /// Waits until a view has everything.
  ///
  /// - Returns: `false` if that took too long.
  func wait(for progress: ViewProgress) async -> Bool {
    if progress.covers(token.ends) { return true }
    progress.beginWaiting()
    defer { progress.endWaiting() }
    let deadline = ContinuousClock.now + wait
    while ContinuousClock.now < deadline {
      try? await Task.sleep(for: ReadAfterWrite.interval)
      if progress.covers(token.ends) { return true }
    }
    return progress.covers(token.ends)
  }
}
