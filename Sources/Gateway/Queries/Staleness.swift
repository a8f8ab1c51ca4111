internal import JourneyModel

/// How old an answer is, and how old it may be.
struct Staleness {
  /// The newest time as of which the view is complete.
  let asOf: EventTime
  let lag: EventTime.Span

  /// - Returns: what is answered instead if the view is still being filled, or too old for who asks.
  static func of(
    asOf: EventTime?, now: EventTime, _ head: RequestHead
  ) -> Result<Staleness, Problem> {
    var bound: Int64?
    if let text = head.only("sojourn-max-staleness") {
      guard let milliseconds = milliseconds(text) else {
        return .failure(
          .badParameter("Sojourn-Max-Staleness", "is no duration such as 500ms or 2s, up to 86400s"))
      }
      bound = milliseconds
    }
    guard let asOf else {
      return .failure(notCaughtUp("the view of the topics is being made, and not complete yet"))
    }
    let lag = max(0, now.milliseconds - asOf.milliseconds)
    if let bound, lag > bound {
      return .failure(notCaughtUp("the view is \(lag) ms old, asked for was at most \(bound) ms"))
    }
    return .success(Staleness(asOf: asOf, lag: EventTime.Span(milliseconds: lag)))
  }

  /// `500ms`, `2s`; at most a day.
  static func milliseconds(_ text: String) -> Int64? {
    let factor: Int64 = text.hasSuffix("ms") ? 1 : 1_000
    guard text.hasSuffix("s") else { return nil }
    let digits = text.dropLast(factor == 1 ? 2 : 1)
    guard (1...8).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(digits), number * factor <= 86_400_000
    else { return nil }
    return number * factor
  }

  var fields: [Answer.Field] {
    [
      Answer.Field("Sojourn-As-Of", asOf.iso8601), Answer.Field("Sojourn-Lag", String(lag.milliseconds)),
    ]
  }

  static func notCaughtUp(_ message: String) -> Problem {
    Problem(503, "not.caught.up", message, retryAfter: 1)
  }
}

extension Problem {
  /// A parameter, or a field, that is not what it should be.
  static func badParameter(_ name: String, _ flaw: String) -> Problem {
    Problem(
      400, "invalid.query.param.value", "\(name) \(flaw)",
      details: [Detail(errorCode: "invalid.query.param.value", fieldName: name)])
  }
}
