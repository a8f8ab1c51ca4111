internal import Foundation
internal import ProcessRuntime
internal import Synchronization

/// Rules that are read and compiled on a thread of their own: it takes some 70 ms, and most of a start has
/// nothing to do with user agents. Whoever asks before they are there waits for them.
final class DeferredRules: Sendable {
  private let done = CompletionSignal()
  private let loaded = Mutex<Result<UserAgentRules, EdgeGap>?>(nil)

  init(_ load: @escaping @Sendable () throws(EdgeGap) -> UserAgentRules) {
    // No task: those who wait may hold all the threads that tasks share.
    let thread = Thread { [self] in
      let outcome = Result { () throws(EdgeGap) in try load() }
      loaded.withLock { $0 = outcome }
      done.open()
    }
    thread.name = "user-agents"
    thread.start()
  }

  /// The rules, or why there are none.
  var outcome: Result<UserAgentRules, EdgeGap> {
    while true {
      if let outcome = loaded.withLock({ $0 }) { return outcome }
      _ = done.wait(upTo: .seconds(1))
    }
  }
}
