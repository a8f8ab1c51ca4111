import EventLog
import Testing

@testable import Processor

/// Whether a worker joins again: the error that ended its membership → what it does.
@Suite struct MembershipPolicyTests {
  private static func error(_ reaction: LogError.Reaction, _ code: String = "any") -> LogError {
    LogError(reaction, code: code, "")
  }

  @Test(arguments: LogError.Reaction.allCases) func onlyAPersonEndsIt(_ reaction: LogError.Reaction) {
    var policy = MembershipPolicy(maxRetries: 20)
    let action = policy.ended(MembershipPolicyTests.error(reaction), at: .zero)
    #expect(action == (reaction == .fatal ? .stop : .rejoin(after: .milliseconds(100))))
  }

  /// What is lost, and whether to go on, is found out by the restore that follows.
  @Test func aPositionThatIsGoneIsLookedAtAgain() {
    var policy = MembershipPolicy(maxRetries: 20)
    let error = MembershipPolicyTests.error(.fatal, LogError.offsetOutOfRange)
    #expect(policy.ended(error, at: .zero) == .rejoin(after: .milliseconds(100)))
  }

  @Test func theMoreFailuresTheLongerItWaits() {
    var policy = MembershipPolicy(maxRetries: 22)
    let error = MembershipPolicyTests.error(.ownershipLost)
    for failure in 1...22 {
      let action = policy.ended(error, at: .zero)
      #expect(action == .rejoin(after: .milliseconds(min(100 * failure, 2_000))))
    }
    #expect(policy.ended(error, at: .zero) == .stop)
  }

  @Test(arguments: [0, 1, 2]) func failuresInARowAreCounted(_ maxRetries: Int) {
    var policy = MembershipPolicy(maxRetries: maxRetries)
    let error = MembershipPolicyTests.error(.abortAndRewind)
    for _ in 0..<maxRetries {
      for _ in 0..<maxRetries { #expect(policy.ended(error, at: .zero) != .stop) }
      policy.progressed()
    }
    for _ in 0..<maxRetries { #expect(policy.ended(error, at: .zero) != .stop) }
    #expect(policy.ended(error, at: .zero) == .stop)
  }

  /// A process of the same name that ends is one thing, one that runs beside this one another.
  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func twiceReplacedWithinAMinuteIsTooOften(offset: Int, stops: Bool) {
    for code in ["FENCED_INSTANCE_ID", "ERR_FENCED_INSTANCE_ID"] {
      var policy = MembershipPolicy(maxRetries: 20)
      let error = MembershipPolicyTests.error(.fatal, code)
      #expect(policy.ended(error, at: .seconds(5)) == .rejoin(after: .milliseconds(100)))
      let again = policy.ended(
        error, at: .seconds(5) + MembershipPolicy.fencedAgain + .milliseconds(offset))
      #expect((again == .stop) == stops)
    }
  }
}
