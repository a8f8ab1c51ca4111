/// How much of the process's memory its sessions may take: what is left of `memory.maxBytes` after the
/// program itself, the batches in flight and the clients' queues, each at its bound.
package struct MemoryPlan: Sendable {
  /// Bytes that the process may be resident with, by estimate.
  package var maxBytes: Int
  /// Bytes that sessions may take; `nil` for all that is left for them.
  package var maxSessionBytes: Int?

  /// Creates the default plan.
  package init(maxBytes: Int = 4 << 30, maxSessionBytes: Int? = nil) {
    self.maxBytes = maxBytes
    self.maxSessionBytes = maxSessionBytes
  }

  /// The program, its libraries, the page caches of the local files and what the allocator keeps.
  package static let programBytes = 64 << 20
  /// The client's queues of records read and of records to be written, 64 MiB each.
  package static let queueBytes = 128 << 20
  /// Least that must be left for sessions.
  package static let leastSessionBytes = 16 << 20

  /// What is taken beside sessions, in bytes: of the batches in flight one is being gathered, one is reduced
  /// and one is committed. Each holds its records and what they became, which is measured in
  /// docs/design/memory.md.
  package static func otherBytes(maxBatchBytes: Int) -> Int {
    programBytes + queueBytes + 6 * maxBatchBytes
  }

  /// Bytes that sessions may take; `nil` if next to nothing would be left for them.
  package func sessionBytes(maxBatchBytes: Int) -> Int? {
    let left = maxBytes - MemoryPlan.otherBytes(maxBatchBytes: maxBatchBytes)
    guard left >= MemoryPlan.leastSessionBytes else { return nil }
    return min(left, maxSessionBytes ?? left)
  }
}
