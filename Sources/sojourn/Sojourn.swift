import ArgumentParser
import JourneyModel
import Presentation

/// The command.
@main
struct Sojourn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sojourn",
    abstract: "Turns raw customer events into sessions, exactly once.",
    discussion: """
      Events of several streams (\(JourneyModel.Stream.names)) go in as JSON, one object a record; sessions come out as \
      snapshots, on Kafka or on the embedded log, which is one file and needs no broker. A first look: 'sojourn demo'.

      Settings come from --config FILE or SOJOURN_CONFIG (YAML), from the environment (time.topicIdle is \
      SOJOURN_TIME_TOPIC_IDLE), and from --set KEY=VALUE and --log; later ones win. kafka.* goes to librdkafka.

      Exit codes: 0 done; 1 failed, the message says why; 2 a wrong argument or configuration; \
      64 a wrong command line.
      """,
    version: version,
    subcommands: [
      DemoCommand.self, RunCommand.self, GatewayCommand.self, PublishCommand.self, SessionsCommand.self,
      SessionCommand.self, ContactsCommand.self, ContactCommand.self,
      IdentifyCommand.self, EraseCommand.self, ErasureCommand.self,
      TailCommand.self, ReplayCommand.self, RedriveCommand.self, SimulateCommand.self, CheckCommand.self,
      DefinitionsCommand.self, PredictorsCommand.self, ExplainCommand.self, WhatIfCommand.self,
      TopicsCommand.self,
      RecoverCommand.self,
      WebhooksCommand.self, UsageCommand.self,
    ])

  /// The program's version.
  static let version = "0.4.0"

  static func main() async {
    StandardStreams.open()
    await main(nil)
  }
}
