import EventLog
import Testing

@testable import sojourn

@Suite struct PublishProgressTests {
  @Test func aFailureSaysWhatIsDurable() throws {
    var progress = PublishProgress()
    progress.sending = 1_000
    progress.confirm()
    progress.sending = 500
    let failure = LogError(.retry, code: "busy", "the log is busy")
    let explained = try #require(progress.explained(failure) as? LogError)
    #expect(
      explained.message
        == "the log is busy; 1000 records before that are durable; of the next 500 some may be")
    #expect(explained.code == "busy")
    #expect(explained.reaction == .retry)
    progress.confirm()
    let problem = try #require(
      progress.explained(FileProblem(path: "f", reason: "it is cut off")) as? FileProblem)
    #expect(problem.description == "f: it is cut off; 1500 records before that are durable")
    // What was wrong before anything was read is not ours to explain.
    let wrong = ConfigurationProblem(key: "k", value: nil, expected: "e", origin: "o")
    #expect(PublishProgress().explained(wrong) is ConfigurationProblem)
  }
}
