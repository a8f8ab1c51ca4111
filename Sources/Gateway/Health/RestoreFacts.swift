/// Restores of one kind since the start.
package struct RestoreFacts: Sendable, Hashable {
  /// How many.
  package private(set) var count = 0
  /// How long they took, together.
  package private(set) var elapsed: Duration = .zero

  /// Creates zeros.
  package init() {}

  mutating func note(_ elapsed: Duration) {
    count += 1
    self.elapsed += elapsed
  }
}
