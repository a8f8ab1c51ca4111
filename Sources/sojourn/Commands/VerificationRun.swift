import EventLog
import Foundation
import JourneyModel
import LogTools
import Presentation
import Processor
import Synchronization
import Threads
internal import WireFormat

/// `replay --verify`: lanes side by side, a line about each, then a summary as JSON.
struct VerificationRun {
  let settings: LaneSettings
  let log: any EventLog

  /// Lanes verified at a time: memory is theirs together.
  private static let sideBySide = 2

  /// What the last line of standard output says.
  struct Summary: Equatable {
    var lanes = 0
    var batches = 0
    var events = 0
    var records = 0
    var restored = 0
    var compacted = 0
    var expired = 0
    var trainings = 0
    var unverifiable = 0
    var mismatches = 0

    init(_ results: [LaneVerification], _ training: TrainingVerification = TrainingVerification()) {
      for result in results {
        lanes += 1
        batches += result.batches
        events += result.events
        restored += result.restored ?? 0
        for compared in result.compared.values {
          records += compared.equal
          compacted += compared.compacted
          expired += compared.expired
        }
        unverifiable += result.unverifiable.reduce(0) { $0 + $1.sequences.count }
        if result.mismatch != nil { mismatches += 1 }
      }
      trainings = training.equal
      unverifiable += training.unverifiable.count
      mismatches += training.mismatches.count
    }

    var json: String {
      let counts = [
        ("lanes", lanes), ("batches", batches), ("events", events), ("records", records),
        ("restored", restored), ("compacted", compacted), ("expired", expired),
        ("trainings", trainings), ("unverifiable", unverifiable), ("mismatches", mismatches),
      ]
      return "{" + counts.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
  }

  /// - Returns: what was found, by lane.
  func run() async throws -> [LaneVerification] {
    let (settings, log) = (settings, log)
    let watch = VerificationWatch(lanes: Int(settings.partitions))
    let drawing = Task { await watch.follow() }
    defer { drawing.cancel() }
    let verification = Verification(settings: settings)
    var results: [LaneVerification] = []
    try await withThrowingTaskGroup(of: LaneVerification.self) { group in
      var waiting = LaneNumber.all(of: settings.partitions).makeIterator()
      func start() {
        guard let lane = waiting.next() else { return }
        group.addTask {
          try await onOwnThread {
            try verification.verify(lane, on: log) { watch.note($0) }
          }
        }
      }
      for _ in 0..<VerificationRun.sideBySide { start() }
      while let result = try await group.next() {
        results.append(result)
        start()
      }
    }
    drawing.cancel()
    await drawing.value
    return results.sorted { $0.lane < $1.lane }
  }

  /// Does the runs of training again.
  func runTraining() async throws -> TrainingVerification {
    let (verification, log) = (Verification(settings: settings), log)
    return try await onOwnThread { try verification.verifyTraining(on: log) }
  }

  /// The table, what could not be verified, what differs, and the summary.
  func print(_ results: [LaneVerification], _ training: TrainingVerification) throws {
    let compared = OutputCatalog.standard.shown.filter { $0.comparison.isCounted }
    let columns = compared.map { settings.topics[$0.topic] }
    var rows = [["lane", "batches", "events"] + compared.map(\.name) + ["restored", ""]]
    for result in results {
      rows.append(
        ["\(result.lane)", "\(result.batches)", "\(result.events)"]
          + columns.map { "\(result.compared[$0]?.equal ?? 0)" }
          + [result.restored.map(String.init) ?? "-", verdict(result)])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).dropLast().map { text, width in
        String(repeating: " ", count: width - text.count) + text
      }
      try StandardOutput.print((cells + [row.last ?? ""]).joined(separator: "  ").trimmedAtEnd)
    }
    for result in results { try explain(result) }
    if training.runs > 0 {
      try StandardOutput.print(
        "training: \(training.equal) of \(training.runs) runs came to the same again, \(training.models) models byte for byte"
      )
    }
    for run in training.unverifiable {
      try StandardOutput.print("training: run \(run.revision) cannot be verified: \(run.reason)")
    }
    for mismatch in training.mismatches { StandardError.print("sojourn: differs: \(mismatch)") }
    for result in results {
      if let mismatch = result.mismatch { StandardError.print("sojourn: differs: \(mismatch)") }
    }
    try StandardOutput.print(Summary(results, training).json)
  }

  private func verdict(_ result: LaneVerification) -> String {
    if result.mismatch != nil { return "DIFFERS" }
    if result.journalled == nil { return "empty" }
    if result.unverifiable.isEmpty { return "equal" }
    return result.verified == nil ? "not verifiable" : "equal as far as verifiable"
  }

  private func explain(_ result: LaneVerification) throws {
    for (topic, count) in result.lost.sorted(by: { $0.key < $1.key }) {
      try StandardOutput.print(
        "lane \(result.lane): retention removed \(count) records of \(topic) before they were read, as the journal says"
      )
    }
    for part in result.unverifiable {
      let (first, last) = (part.sequences.lowerBound, part.sequences.upperBound)
      let digested =
        part.digested > 0
        ? "; the redo records of \(part.digested) of them agree with the journal's digests" : ""
      try StandardOutput.print(
        "lane \(result.lane): sequences \(first) to \(last) cannot be verified: \(part.reason)\(digested)")
    }
    for (topic, compared) in result.compared.sorted(by: { $0.key < $1.key }) {
      if compared.compacted > 0 {
        try StandardOutput.print(
          "lane \(result.lane): compaction removed \(compared.compacted) records of \(topic), newer ones of their keys are there"
        )
      }
      if compared.expired > 0 {
        try StandardOutput.print(
          "lane \(result.lane): retention removed \(compared.expired) records of \(topic)")
      }
    }
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// How far the lanes have come, as a bar on a terminal.
final class VerificationWatch: Sendable {
  private let lanes: Int
  private let progress = Mutex<[LaneNumber: Verification.Progress]>([:])

  init(lanes: Int) { self.lanes = lanes }

  func note(_ step: Verification.Progress) { progress.withLock { $0[step.lane] = step } }

  /// Draws until cancelled.
  func follow() async {
    await ProgressBar(total: 0).follow(text: text)
  }

  func text() -> String {
    let steps = progress.withLock { $0 }
    let batches = steps.values.reduce(0) { $0 + $1.batches }
    let done = steps.values.count { $0.batches == $0.total }
    return "\(done) of \(lanes) lanes, \(batches) batches verified"
  }
}
