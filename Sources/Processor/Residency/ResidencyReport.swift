/// Where a lane's sessions are after a batch, and which the batch moved.
public struct ResidencyReport: Sendable, Hashable {
  /// Sessions in memory.
  public var residentSessions: Int
  /// Sessions in the cold store.
  public var passiveSessions: Int
  /// Estimated bytes of the sessions in memory.
  public var residentBytes: Int
  /// Sessions that the batch put into the cold store.
  public var passivated: Int
  /// Sessions that the batch brought back from there.
  public var activated: Int

  /// Creates a report.
  public init(
    residentSessions: Int = 0, passiveSessions: Int = 0, residentBytes: Int = 0, passivated: Int = 0,
    activated: Int = 0
  ) {
    self.residentSessions = residentSessions
    self.passiveSessions = passiveSessions
    self.residentBytes = residentBytes
    self.passivated = passivated
    self.activated = activated
  }
}
