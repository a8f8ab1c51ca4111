internal import JourneyModel

/// Our own events as they are: an object, an array of objects, or lines of objects.
struct PlainEvents: Dialect {
  /// Most events of one body.
  var maxEvents: Int

  func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem] {
    let stream: JourneyModel.Stream
    switch PlainEvents.stream(request.stream, source) {
    case .success(let allowed): stream = allowed
    case .failure(let refusal): return [refusal.item]
    }
    let isLines = ["application/x-ndjson", "application/jsonl"].contains(request.contentType)
    guard let elements = isLines ? JSONElements.lines(body) : JSONElements.of(body) else {
      return [refused("malformedJSON", "the body is an array that does not end where the body does", "$")]
    }
    guard elements.count <= maxEvents else {
      return [
        refused(
          "tooManyEvents",
          "the body has \(elements.count) events, expected at most \(maxEvents) "
            + "(ingest.maxEvents)", "$")
      ]
    }
    return elements.map { .accepted(IntakeRecord(stream: stream, value: Array(body[$0]))) }
  }

  private func refused(_ code: String, _ explanation: String, _ path: String) -> IntakeItem {
    .refused(index: 0, id: nil, code: code, explanation: explanation, path: path)
  }

  struct Refusal: Error { var item: IntakeItem }

  /// The stream that a request names, or the only one that its source has.
  private static func stream(
    _ name: String?, _ source: IntakeSource
  ) -> Result<JourneyModel.Stream, Refusal> {
    func refusal(_ code: String, _ text: String) -> Result<JourneyModel.Stream, Refusal> {
      .failure(
        Refusal(item: .refused(index: 0, id: nil, code: code, explanation: text, path: "stream")))
    }
    let names = source.streams.map(\.name).sorted().joined(separator: ", ")
    guard let name else {
      if source.streams.count == 1, let only = source.streams.first { return .success(only) }
      return refusal("unknownStream", "the parameter stream is missing, expected one of \(names)")
    }
    guard let stream = JourneyModel.Stream(name: name) else {
      return refusal("unknownStream", "the parameter stream is '\(name)', expected one of \(names)")
    }
    guard source.streams.contains(stream) else {
      return refusal(
        "streamNotAllowed",
        "the parameter stream is '\(name)', but source \(source.id) may write to \(names) only")
    }
    return .success(stream)
  }
}
