/// Where a lane's sessions are after a batch, and which the batch moved.
public struct ResidencyReport: Sendable, Hashable {
  /// Sessions in memory.
  public var residentSessions: Int
  /// Sessions in the cold store.
  public var evictedSessions: Int
  /// Estimated bytes of the sessions in memory.
  public var residentBytes: Int
  /// Sessions that the batch put into the cold store.
  public var evicted: Int
  /// Sessions that the batch loaded from there.
  public var loaded: Int

  /// Creates a report.
  public init(
    residentSessions: Int = 0, evictedSessions: Int = 0, residentBytes: Int = 0, evicted: Int = 0,
    loaded: Int = 0
  ) {
    self.residentSessions = residentSessions
    self.evictedSessions = evictedSessions
    self.residentBytes = residentBytes
    self.evicted = evicted
    self.loaded = loaded
  }
}
