internal import Bytes

/// The answer to a body of events.
struct IngestAnswer {
  let accepted: Int
  let refusals: [DoorJudge.Verdict.Refusal]
  let limits: IngestLimits

  /// 200 with what was refused of it; 400 if nothing was accepted and something refused, in the shape of all
  /// errors with the same members.
  func answer(contextID: String) -> Answer {
    guard accepted == 0, let first = refusals.first else {
      return .json(200, Array("{".utf8) + members + Array("}\n".utf8))
    }
    let problem = Problem(
      status(of: first), code(of: first), first.explanation,
      details: refusals.prefix(limits.maxNamedRefusals).map {
        Problem.Detail(errorCode: $0.code, fieldName: $0.path)
      })
    return problem.answer(contextID: contextID, extra: Array(",".utf8) + members)
  }

  private func status(of refusal: DoorJudge.Verdict.Refusal) -> Int {
    switch refusal.code {
    case "tooManyEvents", "tooLarge": 413
    case "streamNotAllowed": 403
    default: 400
    }
  }

  private func code(of refusal: DoorJudge.Verdict.Refusal) -> String {
    switch refusal.code {
    case "tooManyEvents", "tooLarge": "request.entity.too.large"
    case "streamNotAllowed": "stream.not.allowed"
    case "unknownStream": "invalid.query.param.value"
    default: "bad.request"
    }
  }

  private var members: [UInt8] {
    var bytes = Array("\"accepted\":\(accepted),\"rejected\":[".utf8)
    for (place, refusal) in refusals.prefix(limits.maxNamedRefusals).enumerated() {
      if place > 0 { bytes.append(ASCII.comma) }
      bytes += Array("{\"index\":\(refusal.index)".utf8)
      if let id = refusal.id {
        bytes += Array(",\"id\":".utf8)
        JSONText.append(id, to: &bytes)
      }
      bytes += Array(",\"reason\":".utf8)
      JSONText.append(refusal.code, to: &bytes)
      bytes += Array(",\"explanation\":".utf8)
      JSONText.append(refusal.explanation, to: &bytes)
      bytes += Array(",\"retryable\":false}".utf8)
    }
    bytes.append(ASCII.closeBracket)
    if refusals.count > limits.maxNamedRefusals {
      bytes += Array(",\"omitted\":\(refusals.count - limits.maxNamedRefusals)".utf8)
    }
    return bytes
  }
}
