import ArgumentParser
import Bytes
import EventLog
import Foundation
import Gateway
import JourneyModel
import Presentation
import Threads

/// `sojourn usage`.
struct UsageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "usage",
    abstract: "Shows what each source has used: events and sessions by day and stream.",
    discussion: """
      Counts events that were applied, each once however often it was sent, and the sessions that they opened, on the day (UTC) on \
      which the processor took them. Sources are those of events that came over HTTP. A gateway, or 'run' with one, counts some seconds \
      behind the processor; a day is complete soon after its end.

      One line for each day, source and stream; with --json an object each.

      Exit codes: 0 done; 1 failed; 2 wrong argument or configuration.
      """)

  @Option(name: .long, help: ArgumentHelp("The first day, as 2026-01-31.", valueName: "DAY"))
  var from: String?

  @Option(name: .long, help: ArgumentHelp("The last day.", valueName: "DAY"))
  var to: String?

  @Option(name: .long, help: ArgumentHelp("One source alone.", valueName: "ID"))
  var source: String?

  @Flag(name: .long, help: "Print an object a line.")
  var json = false

  @OptionGroup var common: CommonOptions

  private struct Line: Hashable {
    var day: String
    var source: String
    var stream: JourneyModel.Stream
  }

  func run() async throws {
    try await reporting {
      for (flag, day) in [("--from", from), ("--to", to)] {
        guard let day, EventTime(iso8601: day + "T00:00:00.000Z") == nil else { continue }
        throw ConfigurationProblem(
          key: flag, value: day, expected: "a day such as 2026-01-31", origin: "usage")
      }
      let settings = try common.settings()
      let place = try await common.existingTopic(settings.usageTopic, settings)
      let records = try await onOwnThread { try UsageCommand.newest(place) }
      var sums: [Line: (events: Int, sessions: Int)] = [:]
      for record in records
      where record.day >= from ?? "" && record.day <= to ?? "~" && record.source == source ?? record.source {
        let line = Line(day: record.day, source: record.source, stream: record.stream)
        let known = sums[line] ?? (0, 0)
        sums[line] = (known.events + record.events, known.sessions + record.sessions)
      }
      let lines = sums.sorted {
        ($0.key.day, $0.key.source, $0.key.stream.name) < ($1.key.day, $1.key.source, $1.key.stream.name)
      }
      for (line, sum) in lines { try StandardOutput.print(text(line, sum.events, sum.sessions)) }
    }
  }

  /// The newest record of each key; there may be older ones that compaction has not met yet.
  private static func newest(_ place: ExistingTopic) throws -> [UsageRecord] {
    let reader = try place.log.makeReader()
    defer { reader.close() }
    var newest: [[UInt8]: UsageRecord] = [:]
    let partitions = (0..<place.topic.partitions).map { TopicPartition(place.topic.name, $0) }
    for (partition, bounds) in try reader.bounds(partitions) where bounds.earliest < bounds.end {
      try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .seconds(5)) { chunk in
        for entry in chunk.entries {
          guard let key = chunk.copy(entry.key) else { continue }
          newest[key] = chunk.copy(entry.value).flatMap { UsageRecord(decoding: $0) }
        }
        return true
      }
    }
    return Array(newest.values)
  }

  private func text(_ line: Line, _ events: Int, _ sessions: Int) -> String {
    guard json else {
      return
        "\(line.day)  \(DisplayText(line.source).text)  \(line.stream.name)  events \(events)  sessions \(sessions)"
    }
    var source: [UInt8] = []
    JSONText.append(line.source, to: &source)
    return
      "{\"day\":\"\(line.day)\",\"source\":\(String(decoding: source, as: UTF8.self)),\"stream\":\"\(line.stream.name)\",\"events\":\(events),\"sessions\":\(sessions)}"
  }
}
