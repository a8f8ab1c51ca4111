internal import Bytes
internal import JourneyModel
internal import JourneyRules
internal import Predictions
package import WireFormat

extension TrainingRecord {
  /// The version of the form.
  private static let formVersion = 1

  /// The record as JSON, one form for each.
  package func encoded() -> [UInt8] {
    var text = "{\"v\":\(TrainingRecord.formVersion),\"revision\":\(revision),\"trainer\":\(trainer)"
    text += ",\"features\":\(features),\"trainedAt\":\"\(trainedAt.iso8601)\",\"ranges\":["
    text += ranges.map { "[\($0.lowerBound),\($0.upperBound)]" }.joined(separator: ",")
    text += "],\"examples\":\(examples),\"sessions\":\(sessions),\"immature\":\(immature)"
    text += ",\"before\":\"\(before)\",\"set\":\"\(set)\",\"outcomes\":["
    var bytes = Array(text.utf8)
    for (index, outcome) in outcomes.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      outcome.append(to: &bytes)
    }
    bytes.append(contentsOf: "]}".utf8)
    return bytes
  }

  /// Reads what `encoded` wrote. Members that newer builds write are skipped.
  package init(decoding bytes: [UInt8]) throws(CodecError) {
    let value: DefinitionValue
    do { value = try DefinitionJSON.read(bytes) } catch { throw CodecError("a run of training: \(error)") }
    let members = Members(value)
    let version = try members.number("v")
    guard version == TrainingRecord.formVersion else {
      throw CodecError(
        "a run of training of version \(version), this build reads \(TrainingRecord.formVersion)")
    }
    var ranges: [Range<Int64>] = []
    for entry in try members.list("ranges") {
      guard case .array(let ends) = entry, ends.count == 2, case .number(let from) = ends[0],
        case .number(let to) = ends[1], let from = Int64(from), let to = Int64(to), 0 <= from, from <= to
      else { throw CodecError("a run of training names no range: \(entry)") }
      ranges.append(from..<to)
    }
    self.init(
      revision: try members.number("revision"), trainedAt: try members.time("trainedAt"), ranges: ranges,
      examples: try members.number("examples"), before: try members.text("before"),
      set: try members.text("set"))
    trainer = try members.number("trainer")
    features = try members.number("features")
    sessions = try members.number("sessions")
    immature = try members.number("immature")
    outcomes = []
    for entry in try members.list("outcomes") { outcomes.append(try Outcome(Members(entry))) }
  }
}

extension TrainingRecord.Outcome {
  private static let qualities: [(name: String, path: any WritableKeyPath<ModelQuality, Int> & Sendable)] = [
    ("sessions", \.sessions), ("achieving", \.achieving), ("predictions", \.predictions),
    ("logLoss", \.logLoss), ("baseLogLoss", \.baseLogLoss), ("auc", \.areaUnderCurve),
    ("calibrationError", \.calibrationError), ("observedToExpected", \.observedToExpected),
  ]

  fileprivate func append(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\"outcome\":".utf8)
    JSONText.append(outcome.id, to: &bytes)
    var text = ",\"definition\":\"\(outcome.definition)\",\"decision\":\"\(decision.rawValue)\""
    text += ",\"training\":[\(counts.training),\(counts.trainingAchieving)]"
    text += ",\"holdout\":[\(counts.holdout),\(counts.holdoutAchieving)]"
    for (name, gain) in [
      ("overBase", overBase), ("overCurrent", overCurrent), ("currentOverBase", currentOverBase),
    ] {
      if let gain { text += ",\"\(name)\":[\(gain.gain),\(gain.error)]" }
    }
    text += ",\"failures\":[\(failuresBefore),\(failures)]"
    if let model { text += ",\"model\":\"\(model)\"" }
    if let publishedAt { text += ",\"publishedAt\":\"\(publishedAt.iso8601)\"" }
    if let quality {
      let members = Self.qualities.map { "\"\($0.name)\":\(quality[keyPath: $0.path])" }
      text += ",\"quality\":{\(members.joined(separator: ","))}"
    }
    bytes.append(contentsOf: (text + "}").utf8)
  }

  fileprivate init(_ members: Members) throws(CodecError) {
    let id = try members.text("outcome")
    let definition = try members.hash("definition")
    let name = try members.text("decision")
    guard let decision = TrainingRecord.Decision(rawValue: name) else {
      throw CodecError("a run of training: \(id) was decided as '\(name)'")
    }
    let training = try members.pair("training")
    let holdout = try members.pair("holdout")
    let counts = TrainingResult.Counts(
      training: training.0, trainingAchieving: training.1, holdout: holdout.0, holdoutAchieving: holdout.1)
    self.init(PredictedOutcome(id: id, definition: definition), decision, counts)
    overBase = try members.gain("overBase")
    overCurrent = try members.gain("overCurrent")
    currentOverBase = try members.gain("currentOverBase")
    (failuresBefore, failures) = try members.pair("failures")
    if members.has("model") { model = try members.text("model") }
    if members.has("publishedAt") { publishedAt = try members.time("publishedAt") }
    if members.has("quality") {
      var quality = ModelQuality()
      let values = Members(members.value["quality"] ?? .null)
      for (name, path) in Self.qualities { quality[keyPath: path] = try values.number(name) }
      self.quality = quality
    }
  }
}

/// The members of an object, each of the kind that is wanted.
private struct Members {
  let value: DefinitionValue

  init(_ value: DefinitionValue) { self.value = value }

  func has(_ name: String) -> Bool { value[name] != nil }

  func text(_ name: String) throws(CodecError) -> String {
    guard case .string(let text) = value[name] else { throw missing(name) }
    return text
  }

  func number(_ name: String) throws(CodecError) -> Int {
    guard case .number(let text) = value[name], let number = Int(text) else { throw missing(name) }
    return number
  }

  func time(_ name: String) throws(CodecError) -> EventTime {
    guard let time = EventTime(iso8601: try text(name)) else { throw missing(name) }
    return time
  }

  func hash(_ name: String) throws(CodecError) -> DefinitionHash {
    let text = try text(name).utf8
    let digits = text.compactMap { Hex.value(of: $0) }
    guard text.count == 32, digits.count == 32 else { throw missing(name) }
    func half(_ digits: ArraySlice<UInt8>) -> UInt64 { digits.reduce(0) { $0 << 4 | UInt64($1) } }
    return DefinitionHash(high: half(digits[..<16]), low: half(digits[16...]))
  }

  func list(_ name: String) throws(CodecError) -> [DefinitionValue] {
    guard case .array(let entries) = value[name] else { throw missing(name) }
    return entries
  }

  func pair(_ name: String) throws(CodecError) -> (Int, Int) {
    let entries = try list(name)
    guard entries.count == 2, case .number(let first) = entries[0], case .number(let second) = entries[1],
      let first = Int(first), let second = Int(second)
    else { throw missing(name) }
    return (first, second)
  }

  func gain(_ name: String) throws(CodecError) -> TrainingRecord.Gain? {
    guard has(name) else { return nil }
    let (gain, error) = try pair(name)
    return TrainingRecord.Gain(gain: gain, error: error)
  }

  private func missing(_ name: String) -> CodecError {
    CodecError("a run of training: '\(name)' is missing, or is something else")
  }
}
