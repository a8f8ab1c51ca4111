import ArgumentParser
import EventLog
import Foundation
import Gateway
import Presentation
import Processor
import SessionQueries
import Threads
import Webhooks
internal import WireFormat

/// `sojourn tail`.
struct TailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail",
    abstract: "Prints records of a topic.",
    discussion: """
      TOPIC is one of \(TopicNames.knownText), \(FailureRecord.topic), \(RefusalRecord.topic) or \(UsageRecord.topic), under the name and prefix that the configuration gives it, or any other topic's full name.

      Prints the newest 10 records (--max N: the newest N); with --from-beginning all from the oldest on, a partition after \
      the other. With --follow it goes on with what arrives until --max records, or until SIGINT, SIGTERM or SIGHUP, which end it with 0. One \
      record is one line: its value; null for a record without value; base64:… for bytes that are no text. With --headers \
      the line is partition:offset, key, headers and value, with tabs between. With --json it is one object: topic, partition, \
      offset, timestamp, key, headers and value; a value that is JSON is printed as JSON, other text as a string, and bytes \
      that are no text as valueBase64 (keyBase64, {"base64":…} of a header).

      Exit codes: 0 done; 1 failed; 2 no such topic, or wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("The topic.", valueName: "TOPIC"))
  var topic: String

  @Flag(name: .long, help: "Begin with the oldest record.")
  var fromBeginning = false

  @Flag(name: .long, help: "Go on with new records until interrupted.")
  var follow = false

  @Option(name: .long, help: ArgumentHelp("Print at most so many records.", valueName: "N"))
  var max: Int?

  @Flag(name: .long, help: "Print partition, offset, key and headers before the value.")
  var headers = false

  @Flag(name: .long, help: "Print each record as a JSON object.")
  var json = false

  @Flag(
    inversion: .prefixedNo,
    help:
      "Without --follow, of a topic that the processor writes: wait until what was published before is processed."
  )
  var wait = true

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      if let max, max < 1 {
        throw ConfigurationProblem(key: "--max", value: "\(max)", expected: "1 or more", origin: "tail")
      }
      let settings = try common.settings()
      let names = settings.processor.lanes.topics
      let others = [
        FailureRecord.topic: settings.webhookFailures, RefusalRecord.topic: settings.refusals.topic,
        UsageRecord.topic: settings.usageTopic,
      ]
      let name = names.known[topic] ?? others[topic] ?? topic
      let source = try await common.existingTopic(name, settings)
      if wait, !follow, names.produced.contains(name) { try await SessionWait.run(source.log, settings) }
      let (fromBeginning, follow, limit) = (fromBeginning, follow, max)
      let form: RecordPrinter.Form = json ? .json : headers ? .headers : .value
      try await Interruption.watching { interruption in
        try await onOwnThread {
          let tail = TopicTail(
            topic: source.topic, printer: RecordPrinter(terminal: Terminal(), form: form),
            interruption: interruption)
          try tail.run(source.log, fromBeginning: fromBeginning, follow: follow, limit: limit)
        }
      }
    }
  }
}
