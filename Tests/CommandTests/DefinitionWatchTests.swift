import EventLog
import Foundation
import Testing

@testable import sojourn

/// What 'definitions apply --watch' waits for.
@Suite struct DefinitionWatchTests {
  private func isWaitedFor(_ error: any Error) -> Bool { DefinitionsCommand.Apply.mayPass(error) }

  @Test(arguments: LogError.Reaction.allCases)
  func whatAPersonMustDoIsNotWaitedFor(_ reaction: LogError.Reaction) {
    #expect(isWaitedFor(LogError(reaction, code: "c", "m")) == (reaction != .fatal))
  }

  @Test func filesComeBackAndAnInterruptionEndsIt() {
    #expect(isWaitedFor(CocoaError(.fileReadNoSuchFile)))
    #expect(!isWaitedFor(CancellationError()))
  }
}
