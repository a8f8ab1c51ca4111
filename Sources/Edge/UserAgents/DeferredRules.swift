internal import Foundation
internal import ProcessRuntime
internal import Synchronization

/// Rules that are read and compiled on a thread of their own: it takes some 70 ms of a core, and most of a
/// start has nothing to do with user agents. So it begins a moment later, or when somebody asks, who then
/// waits.
final class DeferredRules: Sendable {
  /// How long the rest of a start has the cores for itself.
  static let headStart: Duration = .milliseconds(500)

  private let wanted = CompletionSignal()
  private let done = CompletionSignal()
  private let loaded = Mutex<Result<UserAgentRules, EdgeGap>?>(nil)

  init(_ load: @escaping @Sendable () throws(EdgeGap) -> UserAgentRules) {
    // No task: those who wait may hold all the threads that tasks share.
    let thread = Thread { [self] in
      _ = wanted.wait(upTo: DeferredRules.headStart)
      let outcome = Result { () throws(EdgeGap) in try load() }
      loaded.withLock { $0 = outcome }
      done.open()
    }
    thread.name = "user-agents"
    thread.start()
  }

  /// The rules, or why there are none, as soon as can be.
  var outcome: Result<UserAgentRules, EdgeGap> {
    wanted.open()
    return settled
  }

  /// The same, for whoever is in no hurry.
  var settled: Result<UserAgentRules, EdgeGap> {
    while true {
      if let outcome = loaded.withLock({ $0 }) { return outcome }
      _ = done.wait(upTo: .seconds(1))
    }
  }
}
