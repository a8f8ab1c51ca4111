/// Where a lane's sessions are after a batch, and which the batch moved.
package struct ResidencyReport: Sendable, Hashable {
  /// Sessions in memory.
  package var residentSessions: Int
  /// Sessions in the cold store.
  package var evictedSessions: Int
  /// Estimated bytes of the sessions in memory.
  package var residentBytes: Int
  /// Sessions that the batch put into the cold store.
  package var evicted: Int
  /// Sessions that the batch loaded from there.
  package var loaded: Int

  /// Creates a report.
  package init(
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
