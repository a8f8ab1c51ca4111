import EventLog

/// How far publishing has come, for the message if it fails on the way.
struct PublishProgress: Equatable {
  /// Records that the log has confirmed.
  private(set) var durable = 0
  /// Records under way.
  var sending = 0

  /// Notes that what was under way is durable.
  mutating func confirm() {
    durable += sending
    sending = 0
  }

  /// The error with what it left: whoever starts again has to know what is in the log.
  func explained(_ error: any Error) -> any Error {
    let next = sending == 0 ? "" : "; of the next \(sending) some may be"
    let text = "; \(durable) records before that are durable\(next)"
    if var error = error as? LogError {
      error.message += text
      return error
    }
    if var problem = error as? FileProblem {
      problem.reason += text
      return problem
    }
    return error
  }
}
