import EventLog
import Gateway
import JourneyModel
import JourneyRules
import LogTools
import Presentation
import Processor
import Sessionizer
import WireFormat

/// Answers what a server is asked about its log, as the commands `explain` and `whatif` do.
struct LogInquiries: LogInquirer {
  /// How long a log may take for one answer to a read.
  private static let patience = Duration.seconds(20)
  /// Most sessions and other values in memory for one answer.
  private static let maxValues = 250_000
  /// Most differences of an answer.
  private static let maxRows = 1_000
  /// Most findings about a definition that are named.
  private static let maxFindings = 5

  let log: any EventLog
  let lanes: LaneSettings

  func explain(_ question: ExplanationQuestion, checkpoint: () throws -> Void) throws -> [UInt8] {
    let bundle = try inForce()
    guard
      let definition = bundle.entries.map(\.definition).first(where: {
        $0.kind.rawValue == question.kind && $0.id == question.definition
      })
    else { throw InquiryFailure("notFound", "the definition is no longer in force") }
    guard let session = SessionID(text: Array(question.session.utf8)) else {
      throw InquiryFailure("notFound", "the session's id is none")
    }
    let events = JournaledEvents(
      log: log, settings: lanes, patience: LogInquiries.patience, maxValues: LogInquiries.maxValues)
    let (found, notes) = try LogInquiries.bounded {
      try events.explain(
        definition, of: CompiledBundle(bundle, settings: lanes.sessions.rules), by: .bundlesOfThen,
        session: session,
        customer: Explanation.Customer(id: question.customerID, idType: question.customerIDType),
        lane: question.lane, checkpoint: checkpoint)
    }
    guard var explanation = found else {
      let why = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
      throw InquiryFailure("notRetained", "no event of the session can be read again\(why)")
    }
    if !question.tellsPrediction { explanation.prediction = nil }
    explanation.notes = (explanation.notes + notes).map { DisplayText($0).text }
    let report = ExplanationReport(explanation: explanation, terminal: .plain)
    return LogInquiries.answer(
      "explanation", ExplanationJSON(explanation: explanation).line, report.lines)
  }

  func compare(_ question: ComparisonQuestion, checkpoint: () throws -> Void) throws -> [UInt8] {
    let old = try inForce()
    let new = try LogInquiries.changed(old, by: question.definition)
    let rules = lanes.sessions.rules
    let batches = JournaledComparison(
      log: log, settings: lanes, patience: LogInquiries.patience, maxValues: LogInquiries.maxValues)
    let comparison = try LogInquiries.bounded {
      try batches.compare(
        old: CompiledBundle(old, settings: rules), new: CompiledBundle(new, settings: rules),
        since: question.since, checkpoint: checkpoint)
    }
    let named = NamedComparison(comparison, old: old, new: new)
    return LogInquiries.answer(
      "comparison", ComparisonJSON(named, maxRows: LogInquiries.maxRows).line,
      ComparisonReport(named, terminal: .plain, maxRows: LogInquiries.maxRows).lines)
  }

  /// Runs what may need more memory than a server has to spare.
  private static func bounded<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as LogError where error.code == JournaledEvents.tooManyValues {
      throw InquiryFailure("tooLarge", "\(error.message); the commands explain and whatif have no such limit")
    }
  }

  func deadLetter(lane: LaneNumber, offset: Int64) throws -> [UInt8]? {
    let partition = TopicPartition(lanes.topics.rejected, lane: lane)
    let reader = try log.makeReader()
    defer { reader.close() }
    guard LaneNumber.all(of: lanes.partitions).contains(lane),
      let bounds = try reader.bounds([partition])[partition],
      offset >= bounds.earliest.value, offset < bounds.end.value
    else { return nil }
    var value: [UInt8]?
    try reader.read(
      partition, from: NextOffset(offset), to: NextOffset(offset + 1), patience: LogInquiries.patience
    ) { chunk in
      if let entry = chunk.entries.first(where: { $0.offset.value == offset }) {
        value = chunk.copy(entry.value)
      }
      return true
    }
    return value
  }

  private func inForce() throws -> DefinitionBundle {
    guard let current = try DefinitionStore(log: log, topic: lanes.topics.definitions).current() else {
      throw InquiryFailure("notFound", "no definitions are in force")
    }
    return current.bundle
  }

  /// A bundle in which a definition has taken the place of the one of its kind and id.
  static func changed(_ bundle: DefinitionBundle, by text: [UInt8]) throws -> DefinitionBundle {
    let value: DefinitionValue
    do { value = try DefinitionJSON.read(text) } catch {
      throw InquiryFailure("badDefinition", "the definition is no JSON: \(error)")
    }
    func member(_ name: String) -> String? {
      if case .string(let text)? = value[name] { text } else { nil }
    }
    let others = bundle.entries.filter {
      $0.definition.kind.rawValue != member("kind") || $0.definition.id != member("id")
    }
    let documents =
      others.map { DefinitionDocument(file: "in force", value: $0.canonical) }
      + [DefinitionDocument(file: "definition", value: value)]
    let check = DefinitionCheck(documents, caseFolding: bundle.caseFolding)
    guard let changed = check.bundle else {
      let errors = check.findings.filter { $0.severity == .error }
      let shown = errors.prefix(maxFindings).map { DisplayText("\($0)").text }
      let more = errors.count > shown.count ? "; and \(errors.count - shown.count) more" : ""
      throw InquiryFailure("badDefinition", shown.joined(separator: "; ") + more)
    }
    return changed
  }

  /// `{"NAME":{…},"text":["line",…]}`
  private static func answer(_ name: String, _ json: String, _ lines: [String]) -> [UInt8] {
    var bytes = Array("{\"\(name)\":\(json),\"text\":".utf8)
    DefinitionValue.array(lines.map { .string($0) }).appendJSON(to: &bytes)
    return bytes + Array("}".utf8)
  }
}

extension Terminal {
  /// Lines without colours.
  static let plain = Terminal(columns: 120, isStyled: false)
}
