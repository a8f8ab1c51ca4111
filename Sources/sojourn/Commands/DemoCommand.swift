import ArgumentParser
import EmbeddedLog
import EventLog
import Foundation
import JourneyRules
import Processor

/// `sojourn demo`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Plays five customer journeys through the real processor and draws the session cards.",
    discussion: """
      Needs nothing and leaves nothing: the log is a file in a temporary directory. A producer publishes the events, the \
      processor turns them into sessions, and a subscriber of the sessions topic draws the cards as they change: blue \
      while a session goes on, white if the customer left before a wrap-up, grey when it is over. Segments and action maps apply: what they \
      give is told as well, and why an offer is held back.

      Without a terminal, or with NO_COLOR set, changes are lines of text and colours are words. \
      Exit codes: 0 all expected cards were seen; 1 some were not, or it was interrupted.
      """)

  @Flag(name: .long, help: "Do not wait between the events.")
  var fast = false

  func run() async throws {
    let pause: Duration? = fast ? nil : .milliseconds(900)
    try await reporting {
      let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "sojourn-demo-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      try await Interruption.watching { interruption in
        try await DemoCommand.play(in: directory, pause: pause, interruption)
      }
    }
  }

  private static func play(in directory: URL, pause: Duration?, _ interruption: Interruption) async throws {
    let settings = DemoDirector.settings(log: directory.appendingPathComponent("log.db").path)
    let log = try EmbeddedLog(path: directory.appendingPathComponent("log.db").path)
    try TopicsCommand.prepare(settings, log)
    let clock = SystemClock()
    let terminal = Terminal()
    let definitions = try DemoDefinitions.bundle()
    let stage = DemoStage(
      terminal: terminal, legend: SegmentLegend(definitions.entries.map(\.definition)))
    let worker = Worker(settings: settings.processor, log: log, clock: clock) { _ in }
    let lanes = settings.processor.lanes
    let subscription = SessionSubscription(
      log: log, topic: lanes.topics.sessions, partitions: lanes.partitions)
    let derived = [lanes.topics.segments, lanes.topics.outcomes, lanes.topics.actions].map {
      SessionSubscription(log: log, topic: $0, partitions: lanes.partitions)
    }
    _ = try DefinitionStore(log: log, topic: lanes.topics.definitions).apply(definitions, after: 0)
    let director = DemoDirector(
      settings: settings, log: log, stage: stage, pause: pause, interruption: interruption, start: clock.now)
    try await stage.begin()
    let result: Result<[String], any Error>
    do {
      result = .success(
        try await withThrowingTaskGroup(of: [String]?.self) { group in
          group.addTask {
            try await worker.run()
            return nil
          }
          group.addTask {
            for try await records in subscription.records { try await stage.take(records) }
            return nil
          }
          for topic in derived {
            group.addTask {
              for try await records in topic.records { try await stage.take(derived: records) }
              return nil
            }
          }
          group.addTask { try await director.play() }
          defer {
            worker.stop()
            subscription.cancel()
            for topic in derived { topic.cancel() }
          }
          // The director ends first, unless something fails.
          while let finished = try await group.next() {
            if let finished { return finished }
          }
          return []
        })
    } catch {
      result = .failure(error)
    }
    try await stage.end()
    do {
      let missing = try result.get()
      try terminal.write(await stage.finale())
      for expectation in missing { StandardError.print("sojourn: did not see \(expectation)") }
      if !missing.isEmpty { throw ExitCode(1) }
    } catch is CancellationError {
      StandardError.print("sojourn: interrupted")
      throw ExitCode(1)
    }
  }
}
