internal import Bytes
internal import Intake
internal import JourneyModel

/// The answer to a body of events, in the form of its path.
struct IngestAnswer {
  let call: IngestCall
  let result: IngestResult
  let body: [UInt8]
  let limits: IngestLimits

  /// What is answered once the records are durable, or at once if there are none.
  var answer: Answer {
    if result.accepted == 0, result.refusals.isEmpty, result.unwanted > 0 {
      return call.finished(Answer(status: 204))
    }
    if case .externalEvents = call.route { return external }
    if result.accepted == 0, let first = result.refusals.first { return error(first) }
    switch call.route {
    case .webEvents, .appEvents:
      let response = JourneyEventResponse(call.handler.intake)
      return json(200, result.records.first.map { response.encode($0) } ?? Array("{}".utf8))
    case .call, .batch, .beacon:
      return json(
        200, object(Array("\"success\":true".utf8) + (result.refusals.isEmpty ? [] : comma + rejected)))
    case .actionEvent: return call.finished(Answer(status: 204))
    case .customEvents: return json(202, object(first + members))
    default: return json(200, object(members))
    }
  }

  private func json(_ status: Int, _ body: [UInt8]) -> Answer {
    let isRepeatable = result.records.allSatisfy(\.isRepeatable)
    let fields = isRepeatable ? [] : [Answer.Field("Sojourn-Idempotent", "no")]
    return call.finished(.json(status, body + [ASCII.newline], fields: fields))
  }

  /// 200 whatever was refused, unless the body could not be told apart into entities.
  private var external: Answer {
    if let first = result.refusals.first, result.accepted == 0, isOfBody(first) { return error(first) }
    let items = result.refusals.map {
      IntakeItem.refused(
        index: $0.index, id: $0.id, code: $0.code, explanation: $0.explanation, path: $0.path)
    }
    return json(200, ExternalEventsDialect().response(to: body, items: items))
  }

  /// Whether a refusal is of the body, and not of an entity in it.
  private func isOfBody(_ refusal: IngestResult.Refusal) -> Bool {
    let first = body.first { $0 > ASCII.space }
    return first != ASCII.openBrace || [.badBatch, .tooManyEvents].contains(refusal.code)
      || refusal.code == RefusalCode(.malformedJSON) && result.refusals.count == 1
  }

  /// In the shape of all errors, with the members of a good answer.
  private func error(_ first: IngestResult.Refusal) -> Answer {
    let problem = Problem(
      first.code.status, IngestAnswer.code(of: first), first.explanation,
      details: result.refusals.prefix(limits.maxNamedRefusals).map {
        Problem.Detail(errorCode: $0.code.rawValue, fieldName: $0.path)
      })
    return call.finished(problem.answer(contextID: call.head.id, extra: comma + members))
  }

  private static func code(of refusal: IngestResult.Refusal) -> String {
    switch refusal.code {
    case .unsupportedMediaType: "unsupported.media.type"
    case .streamNotAllowed: "stream.not.allowed"
    case .invalidDate: "invalid.date"
    case .unknownSession: "not.found"
    case RefusalCode(.unknownStream): "invalid.query.param.value"
    default: refusal.code.status == 413 ? "request.entity.too.large" : "bad.request"
    }
  }

  private var comma: [UInt8] { [ASCII.comma] }

  private func object(_ members: [UInt8]) -> [UInt8] {
    [ASCII.openBrace] + members + [ASCII.closeBrace]
  }

  /// The id of a single event.
  private var first: [UInt8] {
    guard result.records.count == 1, let record = result.records.first else { return [] }
    var bytes = Array("\"id\":".utf8)
    JSONText.append(record.id, to: &bytes)
    return bytes + comma
  }

  private var members: [UInt8] { Array("\"accepted\":\(result.accepted),".utf8) + rejected }

  private var rejected: [UInt8] {
    var bytes = Array("\"rejected\":[".utf8)
    for (place, refusal) in result.refusals.prefix(limits.maxNamedRefusals).enumerated() {
      if place > 0 { bytes.append(ASCII.comma) }
      bytes += Array("{\"index\":\(refusal.index)".utf8)
      if let id = refusal.id {
        bytes += Array(",\"id\":".utf8)
        JSONText.append(id, to: &bytes)
      }
      bytes += Array(",\"reason\":".utf8)
      JSONText.append(refusal.code.rawValue, to: &bytes)
      bytes += Array(",\"explanation\":".utf8)
      JSONText.append(refusal.explanation, to: &bytes)
      bytes += Array(",\"retryable\":false}".utf8)
    }
    bytes.append(ASCII.closeBracket)
    if result.refusals.count > limits.maxNamedRefusals {
      bytes += Array(",\"omitted\":\(result.refusals.count - limits.maxNamedRefusals)".utf8)
    }
    return bytes
  }
}
