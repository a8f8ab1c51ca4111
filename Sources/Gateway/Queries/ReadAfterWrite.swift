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
  /// Whether it is also waited for what lanes tell one another because of the events.
  let settles: Bool

  init(token: ReadToken, wait: Duration, settles: Bool) {
    (self.token, self.wait, self.settles) = (token, wait, settles)
  }

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
    settles = ReadAfterWrite.settles(head.all("prefer"))
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

  /// Whether there is `settled` in `Prefer` fields.
  static func settles(_ fields: [String]) -> Bool {
    fields.flatMap { $0.split(separator: ",") }.contains {
      $0.filter { $0 != " " }.lowercased() == "settled"
    }
  }

  /// Waits until a view has everything. What somebody decided about a person is not there before the lanes
  /// that it leads to have heard of it.
  ///
  /// - Returns: `false` if that took too long.
  func wait(for view: QueryView) async -> Bool {
    let progress = view.progress
    let deep = settles ? token.ends : token.ends.filter { $0.key.topic == view.commands }
    func isThere() -> Bool { progress.covers(token.ends) && (deep.isEmpty || progress.hasSettled(deep)) }
    if isThere() { return true }
    progress.beginWaiting(settles: !deep.isEmpty)
    defer { progress.endWaiting(settles: !deep.isEmpty) }
    let deadline = ContinuousClock.now + wait
    while ContinuousClock.now < deadline {
      try? await Task.sleep(for: ReadAfterWrite.interval)
      if isThere() { return true }
    }
    return isThere()
  }
}
