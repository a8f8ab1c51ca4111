internal import Bytes
internal import Synchronization

/// Names requests: a number of this process's own and a count.
final class RequestIDs: Sendable {
  private let prefix: String
  private let count = Atomic<UInt64>(0)

  /// - Parameter seed: tells this process's requests from others'.
  init(seed: UInt64) { prefix = String(seed, radix: 36) }

  func next() -> String {
    prefix + "-" + String(count.wrappingAdd(1, ordering: .relaxed).newValue, radix: 36)
  }
}
