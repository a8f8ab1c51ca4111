import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import LogTools
import Presentation
import ProcessRuntime
import Processor
import Threads
import WireFormat

/// `sojourn erasure`.
struct ErasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erasure", abstract: "Says what is left of somebody who was erased.",
    subcommands: [Verify.self])

  /// `sojourn erasure verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Looks through every topic for values of somebody, and says when what is left goes.",
      discussion: """
        Reads every partition of every topic, 'redo' and 'state' uncompressed, for each VALUE as text, whatever its case: give \
        identifiers in all forms in which they were published, devices, ids of contact and sessions. A line a topic: how many \
        records say it, and what becomes of them. 'found': a reader still holds it. 'awaitsCompaction': the topic has a newer \
        record of the key. 'expires': the log removes it by age, at that time at the latest (Kafka: with its segment). 'kept': \
        the processor removes it once no restart needs it. 'overdue': its age should have removed it. Files beside the log \
        (lane files, values out of memory) are not read: they follow the lane's state.

        Exit codes: 0 nothing is found or overdue; 1 something is, or failed; 2 wrong argument or configuration.
        """)

    @Argument(help: ArgumentHelp("What to look for.", valueName: "VALUE"))
    var values: [String]

    @Flag(name: .long, help: "Print JSON lines.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
      try await reporting {
        for value in values where value.utf8.count < 4 {
          throw ConfigurationProblem(
            key: "VALUE", value: value, expected: "at least 4 bytes: less is found everywhere",
            origin: "erasure verify")
        }
        let settings = try common.settings()
        let topics = settings.processor.lanes.topics
        _ = try await common.existingTopic(topics.journal, settings)
        let log = try common.openLog(settings)
        let planned = TopicPlan(settings).topics.map(\.name)
        let (values, now) = (values, SystemClock().now.milliseconds)
        let findings = try await onOwnThread {
          let scan = ErasureScan(log: log, values: values)
          let existing = try log.describe(planned)
          let keptByNeed = Set(topics.outputs { $0.cleanup == .deleteUnneeded })
          return try planned.compactMap { existing[$0] }.map { topic in
            var finding =
              switch topic.name {
              case topics.redo: try scan.scan(topic, unpack: ErasureScan.redo)
              case topics.state:
                try scan.scan(topic, unpack: ErasureScan.state, isRest: ErasureScan.standsForNobody)
              default: try scan.scan(topic)
              }
            // Their age alone removes nothing that a restart needs.
            if keptByNeed.contains(topic.name) { finding.retention = nil }
            return finding
          }
        }
        for finding in findings { try StandardOutput.print(line(finding, now)) }
        let problems = findings.filter { $0.verdict(at: now).isProblem }
        guard problems.isEmpty else {
          StandardError.print(
            "sojourn: \(problems.map(\.topic).joined(separator: ", ")): what was erased is still there")
          throw ExitCode(1)
        }
      }
    }

    private func line(_ finding: ErasureScan.Finding, _ now: Int64) -> String {
      let verdict = finding.verdict(at: now)
      let date = finding.goneAt.map { EventTime(milliseconds: $0).iso8601 }
      if json {
        let end = date.map { ",\"goneAt\":\"\($0)\"" } ?? ""
        return
          "{\"topic\":\"\(finding.topic)\",\"read\":\(finding.read),\"standing\":\(finding.standing),\"replaced\":\(finding.replaced),\"verdict\":\"\(verdict.rawValue)\"\(end)}"
      }
      let end = date.map { ", gone at \($0) at the latest" } ?? ""
      return "\(finding.topic)  \(verdict.rawValue)  \(finding.hits) of \(finding.read)\(end)"
    }
  }
}
