/// The digests of a session's newest event ids, in order of arrival.
package struct DuplicateFilter: Sendable {
  /// Up to this many digests are searched one by one, which is faster than hashing.
  private static let scanned = 48

  package private(set) var digests: [UInt64] = []
  /// Where the next digest goes once the window is full.
  package private(set) var next = 0
  private var index: Set<UInt64>?

  /// How many digests the index has room for; `nil` without one.
  var indexedCapacity: Int? { index?.capacity }

  package init() {}

  /// Restores a filter from its digests, oldest first.
  package init(digests: [UInt64]) {
    self.digests = digests
    if digests.count > DuplicateFilter.scanned { index = Set(digests) }
  }

  /// The digests, oldest first.
  package var inOrder: [UInt64] { next == 0 ? digests : Array(digests[next...] + digests[..<next]) }

  /// Calls with each digest, oldest first, without a copy of them.
  package func forEach(_ body: (UInt64) -> Void) {
    for index in next..<digests.count { body(digests[index]) }
    for index in 0..<next { body(digests[index]) }
  }

  package func contains(_ digest: UInt64) -> Bool {
    if let index { return index.contains(digest) }
    for known in digests where known == digest { return true }
    return false
  }

  mutating func insert(_ digest: UInt64, window: Int) {
    if digests.count < window {
      digests.append(digest)
      if index != nil {
        index?.insert(digest)
      } else if digests.count > DuplicateFilter.scanned {
        index = Set(digests)
      }
      return
    }
    guard window > 0 else { return }
    index?.remove(digests[next])
    digests[next] = digest
    index?.insert(digest)
    next = (next + 1) % digests.count
  }

  /// Takes over another session's ids as if they had arrived after its own.
  mutating func merge(_ other: DuplicateFilter, window: Int) {
    for digest in other.inOrder where !contains(digest) { insert(digest, window: window) }
  }
}
