import EmbeddedLog
package import EventLog
import Foundation
import JourneyModel
import JourneyRules
internal import ProcessRuntime
package import Processor
import SessionQueries
import Threads
internal import WireFormat

/// The demo from its beginning to its end: a log in a temporary directory, a producer, the processor, and who
/// looks at the cards.
package struct DemoPlay: Sendable {
  /// Somebody who looks on from the side, until the task is cancelled: the log, the processor's settings, and
  /// a folder for files.
  package typealias Audience =
    @Sendable (any EventLog, ProcessorSettings, _ folder: String) async throws -> Void

  /// Whether it does not wait between the events.
  let isFast: Bool
  /// With an audience the demo stays after its last scene, until it is interrupted.
  let audience: Audience?

  package init(isFast: Bool, audience: Audience? = nil) {
    self.isFast = isFast
    self.audience = audience
  }

  /// Plays it.
  ///
  /// - Returns: whether all cards were seen that were expected.
  package func run() async throws -> Bool {
    let folder = try DemoFolder()
    let pause: Duration? = isFast ? nil : .milliseconds(900)
    let isComplete: Result<Bool, any Error>
    do {
      isComplete = .success(
        try await Interruption.watching { interruption in
          try await play(in: folder.url, pause: pause, interruption)
        })
    } catch {
      isComplete = .failure(error)
    }
    await folder.remove()
    return try isComplete.get()
  }

  private func play(in directory: URL, pause: Duration?, _ interruption: Interruption) async throws -> Bool {
    let settings = DemoDirector.settings
    let clock = SystemClock()
    let start = clock.now
    // What the audience says would be drawn over.
    let terminal = audience == nil ? Terminal() : Terminal(columns: 100, isStyled: false)
    let definitions = try DemoDefinitions.bundle()
    let log = try await DemoPlay.open(directory, settings.lanes, definitions, at: start)
    let stage = DemoStage(
      terminal: terminal, legend: SegmentLegend(definitions.entries.map(\.definition)))
    let lessons = DemoLessons()
    let worker = Worker(settings: settings, log: log, clock: clock) { lessons.take($0) }
    let lanes = settings.lanes
    let subscription = SessionSubscription(
      log: log, topic: lanes.topics.sessions, partitions: lanes.partitions)
    let derived = [lanes.topics.segments, lanes.topics.outcomes, lanes.topics.actions].map {
      SessionSubscription(log: log, topic: $0, partitions: lanes.partitions)
    }
    let director = DemoDirector(
      settings: settings, log: log, stage: stage, lessons: lessons, pause: pause, interruption: interruption,
      start: start)
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
          if let audience {
            group.addTask {
              try await audience(log, settings, directory.path)
              return nil
            }
          }
          group.addTask { [audience] in
            let missing = try await director.play()
            if audience != nil { try await interruption.wait() }
            return missing
          }
          defer {
            group.cancelAll()
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
    return try await DemoPlay.close(result, stage, terminal)
  }

  /// Makes the log, with definitions in force and what there is to learn from.
  private static func open(
    _ directory: URL, _ lanes: LaneSettings, _ definitions: DefinitionBundle, at start: EventTime
  ) async throws -> EmbeddedLog {
    try await onOwnThread {
      let log = try EmbeddedLog(path: directory.appendingPathComponent("log.db").path)
      try log.create(DemoDirector.topics(lanes))
      _ = try DefinitionStore(log: log, topic: lanes.topics.definitions).apply(definitions, after: 0)
      try DemoExamples.publish(to: log, definitions, lanes, before: start)
      return log
    }
  }

  /// Shows all cards in full, or why there are none.
  private static func close(
    _ result: Result<[String], any Error>, _ stage: DemoStage, _ terminal: Terminal
  ) async throws -> Bool {
    do {
      let missing = try result.get()
      try terminal.write(await stage.finale())
      for expectation in missing { StandardError.print("sojourn: did not see \(expectation)") }
      return missing.isEmpty
    } catch is CancellationError {
      StandardError.print("sojourn: interrupted")
      return false
    }
  }
}
