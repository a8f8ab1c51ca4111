internal import Bytes

/// A request that failed: what is answered in the one shape that all errors have.
package struct Problem: Sendable, Hashable, Error {
  /// One thing that is wrong.
  package struct Detail: Sendable, Hashable {
    /// A stable code: a rejection's reason.
    package var errorCode: String
    /// The JSON path of what is wrong, or the parameter's name.
    package var fieldName: String?

    package init(errorCode: String, fieldName: String? = nil) {
      self.errorCode = errorCode
      self.fieldName = fieldName
    }
  }

  /// HTTP status.
  package var status: Int
  /// A stable code.
  package var code: String
  /// One sentence for a person, with value and expectation.
  package var message: String
  /// What is wrong, one by one.
  package var details: [Detail]
  /// Seconds after which the same request may succeed.
  package var retryAfter: Int?
  /// Header fields of the answer.
  package var fields: [Answer.Field]

  package init(
    _ status: Int, _ code: String, _ message: String, details: [Detail] = [], retryAfter: Int? = nil,
    fields: [Answer.Field] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.details = details
    self.retryAfter = retryAfter
    self.fields = fields
  }

  /// The answer. `extra` are further members of the object, each with a comma before it.
  package func answer(contextID: String, extra: [UInt8] = []) -> Answer {
    var body = Array("{\"message\":".utf8)
    JSONText.append(message, to: &body)
    body += Array(",\"code\":".utf8)
    JSONText.append(code, to: &body)
    body += Array(",\"status\":\(status),\"contextId\":".utf8)
    JSONText.append(contextID, to: &body)
    body += Array(",\"details\":[".utf8)
    for (index, detail) in details.enumerated() {
      if index > 0 { body.append(ASCII.comma) }
      body += Array("{\"errorCode\":".utf8)
      JSONText.append(detail.errorCode, to: &body)
      if let name = detail.fieldName {
        body += Array(",\"fieldName\":".utf8)
        JSONText.append(name, to: &body)
      }
      body.append(ASCII.closeBrace)
    }
    body += Array("],\"errors\":[]".utf8)
    body += extra
    body += Array("}\n".utf8)
    let wait = retryAfter.map { [Answer.Field("Retry-After", String($0))] } ?? []
    return .json(status, body, fields: wait + fields)
  }
}

extension Problem {
  /// Wrong in its form.
  package static func badRequest(_ message: String, _ details: [Detail] = []) -> Problem {
    Problem(400, "bad.request", message, details: details)
  }

  /// A limit that is over soon, or work that has piled up.
  package static func tooMany(retryAfter seconds: Int) -> Problem {
    Problem(
      429, "too.many.requests.retry.after",
      "Rate limit exceeded the maximum. Retry the request in [\(seconds)] seconds", retryAfter: seconds)
  }

  /// Nothing that the client could change.
  package static func unavailable(_ message: String, retryAfter seconds: Int = 5) -> Problem {
    Problem(503, "service.unavailable", message, retryAfter: seconds)
  }

  /// More bytes than a limit allows.
  package static func tooLarge(_ what: String, limit: Int, key: String) -> Problem {
    Problem(
      413, "request.entity.too.large", "\(what) is larger than \(limit) bytes (\(key))")
  }
}
