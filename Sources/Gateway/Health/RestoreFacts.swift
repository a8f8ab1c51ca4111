/// Restores of one kind since the start.
public struct RestoreFacts: Sendable, Hashable {
  /// How many.
  public private(set) var count = 0
  /// How long they took, together.
  public private(set) var elapsed: Duration = .zero

  /// Creates zeros.
  public init() {}

  mutating func note(_ elapsed: Duration) {
    count += 1
    self.elapsed += elapsed
  }
}
