internal import Dispatch
internal import Foundation
internal import Synchronization

/// Rules that are read and compiled on a thread of their own: it takes some 70 ms, and most of a start has
/// nothing to do with user agents. Whoever asks before they are there waits for them.
final class DeferredRules: Sendable {
  private let loading = DispatchGroup()
  private let loaded = Mutex<Result<UserAgentRules, EdgeGap>?>(nil)

  init(_ load: @escaping @Sendable () throws(EdgeGap) -> UserAgentRules) {
    loading.enter()
    Thread.detachNewThread { [self] in
      let outcome = Result { () throws(EdgeGap) in try load() }
      loaded.withLock { $0 = outcome }
      loading.leave()
    }
  }

  /// The rules, or why there are none.
  var outcome: Result<UserAgentRules, EdgeGap> {
    if let outcome = loaded.withLock({ $0 }) { return outcome }
    loading.wait()
    return loaded.withLock { $0 } ?? .success(UserAgentRules())
  }
}
