import EventLog
import Synchronization
import Testing

@testable import sojourn

/// A log that does not answer at the start.
@Suite struct LogStartTests {
  private final class Attempts: Sendable {
    private let counts = Mutex((made: 0, told: [String]()))
    var made: Int { counts.withLock { $0.made } }
    var told: [String] { counts.withLock { $0.told } }

    func tell(_ text: String) { counts.withLock { $0.told.append(text) } }

    func make(failing times: Int, _ error: LogError) throws {
      let number = counts.withLock { counts in
        counts.made += 1
        return counts.made
      }
      if number <= times { throw error }
    }
  }

  private static let away = LogError(.retry, code: "ERR__TRANSPORT", "asking broker:9092: all down")

  private func start(_ attempts: Attempts, timeout: Duration) -> LogStart {
    LogStart(timeout: timeout, note: { attempts.tell($0) }, pause: .milliseconds(1))
  }

  @Test func itIsWaitedForAndSaidOnce() async throws {
    let attempts = Attempts()
    let isDone = try await start(attempts, timeout: .seconds(600)).run(isStopped: { false }) {
      try attempts.make(failing: 4, LogStartTests.away)
    }
    #expect(isDone && attempts.made == 5)
    #expect(attempts.told == ["asking broker:9092: all down; tried again for 600 s"])
  }

  @Test func notForEver() async throws {
    let attempts = Attempts()
    let error = await #expect(throws: LogError.self) {
      try await start(attempts, timeout: .zero).run(isStopped: { false }) {
        try attempts.make(failing: .max, LogStartTests.away)
      }
    }
    #expect(error?.reaction == .fatal && error?.message.contains("startTimeout") == true)
  }

  @Test func whatWaitingDoesNotMendEndsItAtOnce() async throws {
    let attempts = Attempts()
    let wrong = LogError(.fatal, code: "topicsMissing", "these topics do not exist")
    let error = await #expect(throws: LogError.self) {
      try await start(attempts, timeout: .seconds(600)).run(isStopped: { false }) {
        try attempts.make(failing: .max, wrong)
      }
    }
    #expect(error?.code == "topicsMissing" && attempts.made == 1 && attempts.told.isEmpty)
  }

  @Test func aStopEndsTheWait() async throws {
    let attempts = Attempts()
    let isDone = try await start(attempts, timeout: .seconds(600)).run(isStopped: { attempts.made >= 3 }) {
      try attempts.make(failing: .max, LogStartTests.away)
    }
    #expect(!isDone && attempts.made == 3)
  }
}
