import ArgumentParser
import Bytes
import EventLog
import Foundation
import JourneyModel
import JourneyRules
import Learning
import LogTools
import Predictions
import Presentation
import Processor
import Threads
internal import WireFormat

/// `sojourn predictors`.
struct PredictorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predictors",
    abstract: "Shows what predictors have learned, and how good it is.",
    discussion: """
      Reads what the processor's training has written. STATE is 'scoring', 'learning' with what there is too little of, or 'withdrawn': \
      the model was no better than the rate twice in a row. AGE is the time since the model came into force, SESSIONS those that it \
      was fitted to. The other columns say how it does on the newest sessions: AUC; log loss, and that of whoever always says the rate; \
      ECE, by how much probabilities are wrong on average; O/E, achieved over predicted outcomes.

      A line a predictor; with --json an object each. With --facts what each model weighs most: what it adds in nats, in how many of the \
      newest sessions it holds, and its name. Models have no names, so the newest events are read for them, 50000 at most; a fact \
      that none of their sessions has is told by its number.

      Exit codes: 0 done, also if there are none; 1 failed; 2 wrong argument or configuration.
      """)

  @Flag(name: .long, help: "Print an object a line.")
  var json = false

  @Option(
    name: .long, help: ArgumentHelp("Also show so many facts that weigh most, 1 to 1000.", valueName: "COUNT")
  )
  var facts: Int?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      if let facts, !(1...1_000).contains(facts) {
        throw ConfigurationProblem(
          key: "--facts", value: "\(facts)", expected: "a whole number from 1 to 1000", origin: "predictors")
      }
      let settings = try common.settings()
      let topics = settings.processor.lanes.topics
      let place = try await common.existingTopic(topics[.models], settings)
      let lines = try await onOwnThread { try PredictorLine.all(place.log, topics) }
      let now = EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
      let survey = try await survey(lines, place.log, settings.processor.lanes, at: now)
      if json {
        for line in lines { try StandardOutput.print(line.json(survey)) }
        return
      }
      if lines.isEmpty {
        StandardError.print("there are no predictors; 'sojourn definitions apply' puts some into force")
        return
      }
      for text in PredictorTable(lines, at: now).lines { try StandardOutput.print(text) }
      guard let survey else { return }
      for line in lines {
        for text in line.facts(survey) { try StandardOutput.print(text) }
      }
    }
  }

  /// What the models in force weigh, if that was asked for.
  private func survey(
    _ lines: [PredictorLine], _ log: any EventLog, _ lanes: LaneSettings, at now: EventTime
  ) async throws -> FactSurvey.Findings? {
    let models = lines.compactMap(\.model)
    guard let facts, !models.isEmpty else { return nil }
    let bundle = try await onOwnThread {
      try DefinitionStore(log: log, topic: lanes.topics.definitions).current()?.bundle
    }
    guard let bundle else { return nil }
    let survey = FactSurvey(
      log: log, settings: lanes, definitions: CompiledBundle(bundle), models: ModelSet(models))
    return try await survey.run(strongest: facts, takenAt: now)
  }
}

/// A predictor in force, and what is known of it.
struct PredictorLine {
  var predictor: String
  var outcome: String
  var state: PredictorState
  /// The model in force.
  var model: OutcomeModel?

  /// How the model does on the newest sessions, or did when it came into force.
  var quality: ModelQuality? {
    guard case .scoring(let entry) = state else { return nil }
    return entry.quality ?? model?.quality
  }

  /// Why there is no model.
  var reason: String? { if case .learning(let reason) = state { reason } else { nil } }

  var publishedAt: EventTime? { if case .scoring(let entry) = state { entry.publishedAt } else { nil } }

  /// Those of the definitions in force, in their order.
  static func all(_ log: any EventLog, _ topics: TopicNames) throws -> [PredictorLine] {
    guard let bundle = try DefinitionStore(log: log, topic: topics.definitions).current()?.bundle else {
      return []
    }
    let reader = try log.makeReader()
    defer { reader.close() }
    var ledger = ModelLedger(topic: topics[.models], reader: reader, patience: .seconds(5))
    try ledger.refresh()
    let set = ledger.current.flatMap { ledger.set($0.set) }
    let outcomes = bundle.predictedOutcomes
    return bundle.predictors.map { predictor in
      guard let outcome = outcomes.first(where: { $0.id == predictor.outcomeID }) else {
        return PredictorLine(
          predictor: predictor.id, outcome: predictor.outcomeID,
          state: .learning("its outcome cannot be achieved: it is missing or inactive"))
      }
      return PredictorLine(
        predictor: predictor.id, outcome: outcome.id,
        state: PredictorState(of: outcome, after: ledger.newestRun),
        model: set?.models.first { $0.outcome == outcome.id && $0.definition == outcome.definition })
    }
  }

  /// - Parameter survey: of what the models weigh; `nil` if it was not asked for.
  func json(_ survey: FactSurvey.Findings? = nil) -> String {
    var bytes = Array("{\"predictor\":".utf8)
    JSONText.append(predictor, to: &bytes)
    bytes.append(contentsOf: ",\"outcome\":".utf8)
    JSONText.append(outcome, to: &bytes)
    bytes.append(contentsOf: ",\"state\":\"\(state.name)\"".utf8)
    if let reason {
      bytes.append(contentsOf: ",\"reason\":".utf8)
      JSONText.append(reason, to: &bytes)
    }
    if let model { bytes.append(contentsOf: ",\"model\":\"\(model.hash)\"".utf8) }
    if let publishedAt { bytes.append(contentsOf: ",\"publishedAt\":\"\(publishedAt.iso8601)\"".utf8) }
    if let model { bytes.append(contentsOf: ",\"sessions\":\(model.window.sessions)".utf8) }
    if let quality {
      let members = [
        ("auc", quality.areaUnderCurve), ("logLoss", quality.logLoss), ("baseLogLoss", quality.baseLogLoss),
        ("ece", quality.calibrationError), ("observedExpected", quality.observedToExpected),
      ]
      for (name, value) in members {
        bytes.append(contentsOf: ",\"\(name)\":\(Millionths.text(value, 6))".utf8)
      }
    }
    if let survey, let model {
      bytes.append(contentsOf: ",\"surveyedSessions\":\(survey.sessions),\"facts\":[".utf8)
      for (index, fact) in (survey.facts[model.outcome] ?? []).enumerated() {
        bytes.append(contentsOf: (index == 0 ? "{\"fact\":" : ",{\"fact\":").utf8)
        JSONText.append(fact.text, to: &bytes)
        bytes.append(contentsOf: ",\"weight\":\(fact.weight),\"sessions\":\(fact.sessions)}".utf8)
      }
      bytes.append(contentsOf: "]".utf8)
    }
    return String(decoding: bytes, as: UTF8.self) + "}"
  }

  /// Lines about what its model weighs most; none without a model.
  func facts(_ survey: FactSurvey.Findings) -> [String] {
    guard let model, let facts = survey.facts[model.outcome] else { return [] }
    let head =
      "\(predictor): \(facts.count) of \(model.rows.count) facts that add most, in nats; in how many of the newest \(survey.sessions) sessions"
    return ["", DisplayText(head).text]
      + facts.map { fact in
        let share = Millionths.percent(fact.sessions, of: survey.sessions)
        return "  \(ScoreText.nats(Int32(fact.weight)))  \(share)  \(DisplayText(fact.text).text)"
      }
  }
}

/// Predictors as lines of a table.
struct PredictorTable {
  let rows: [[String]]

  init(_ predictors: [PredictorLine], at now: EventTime) {
    let head = ["PREDICTOR", "OUTCOME", "AGE", "SESSIONS", "AUC", "LOG LOSS", "ECE", "O/E", "STATE"]
    rows = [head] + predictors.map { PredictorTable.row($0, at: now) }
  }

  private static func row(_ line: PredictorLine, at now: EventTime) -> [String] {
    var row: [String] = [line.predictor, line.outcome]
    if let published = line.publishedAt { row.append(age(of: published, at: now)) } else { row.append("-") }
    if let model = line.model { row.append("\(model.window.sessions)") } else { row.append("-") }
    if let quality = line.quality {
      row.append(Millionths.text(quality.areaUnderCurve, 3))
      row.append(Millionths.text(quality.logLoss, 3) + " for " + Millionths.text(quality.baseLogLoss, 3))
      row.append(Millionths.text(quality.calibrationError, 3))
      row.append(Millionths.text(quality.observedToExpected, 2))
    } else {
      row += ["-", "-", "-", "-"]
    }
    if let reason = line.reason {
      row.append("\(line.state.name): \(reason)")
    } else {
      row.append(line.state.name)
    }
    return row.map { DisplayText($0).text }
  }

  /// The lines, without blanks at their ends.
  var lines: [String] {
    let widths = (0..<8).map { column in
      min(rows.map { DisplayText.width($0[column]) }.max() ?? 0, DefinitionTable.maxColumns)
    }
    return rows.map { row in
      zip(row, widths).map { DisplayText.fit($0, to: $1) }.joined(separator: "  ") + "  " + (row.last ?? "")
    }
  }

  /// In the largest unit of which there are two.
  static func age(of time: EventTime, at now: EventTime) -> String {
    let seconds = max(now.milliseconds - time.milliseconds, 0) / 1_000
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("min", 60)] as [(String, Int64)]
    where seconds >= 2 * length {
      return "\(seconds / length) \(unit)"
    }
    return "\(seconds) s"
  }
}

/// Millionths as decimals, without a floating-point number in between.
enum Millionths {
  /// A share in whole per cent, of a fixed width.
  static func percent(_ part: Int, of whole: Int) -> String {
    let percent = whole == 0 ? 0 : (part * 100 + whole / 2) / whole
    let text = percent == 0 && part > 0 ? "<1" : "\(percent)"
    return String(repeating: " ", count: max(3 - text.count, 0)) + text + " %"
  }

  /// - Parameter places: 1 to 6; the rest is rounded.
  static func text(_ value: Int, _ places: Int) -> String {
    var unit = 1
    for _ in places..<6 { unit *= 10 }
    let rounded = (abs(value) + unit / 2) / unit
    let whole = rounded / (1_000_000 / unit)
    let rest = String(rounded % (1_000_000 / unit))
    let sign = value < 0 && rounded > 0 ? "-" : ""
    return "\(sign)\(whole)." + String(repeating: "0", count: places - rest.count) + rest
  }
}
