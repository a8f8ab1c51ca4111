/// What follows from one request.
enum Verdict: Sendable, Hashable {
  /// The receiver has it.
  case delivered
  /// It may work later.
  case again(after: Duration?, isTargetsFault: Bool)
  /// It never will.
  case giveUp(FailureReason)

  /// Judges a result.
  ///
  /// 2xx: delivered. 3xx: never followed, given up. 408, 409 (another delivery of the same id is under way),
  /// 425 and 429: again. 410: given up, and the target rests. Other 4xx: the receiver will not take it, given
  /// up. 5xx and no answer: again. What says that the target itself is unwell counts for its circuit; an
  /// answer that only puts off does not.
  init(_ result: AttemptResult) {
    switch result {
    case .answered(let status, let retryAfter, _):
      switch status {
      case 200...299: self = .delivered
      case 300...399: self = .giveUp(.redirected)
      case 408, 409, 425, 429: self = .again(after: retryAfter, isTargetsFault: false)
      case 410: self = .giveUp(.gone)
      case 400...499: self = .giveUp(.refused)
      default: self = .again(after: retryAfter, isTargetsFault: true)
      }
    case .failed(.expired): self = .giveUp(.expired)
    case .failed(.cancelled): self = .again(after: nil, isTargetsFault: false)
    case .failed: self = .again(after: nil, isTargetsFault: true)
    }
  }
}

/// Why a trigger was not delivered.
package enum FailureReason: String, Sendable, Hashable, CaseIterable {
  /// Its time was over before it was delivered.
  case expired
  /// Every attempt failed.
  case exhausted
  /// The receiver answered that it will not take it (4xx).
  case refused
  /// The receiver answered that it is gone (410), or had done so a short while before.
  case gone
  /// The receiver answered that it is elsewhere (3xx); requests do not follow.
  case redirected
  /// It is larger than what is sent.
  case tooLarge
  /// The record is no event about an action.
  case unreadable
}
