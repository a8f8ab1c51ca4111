internal import Foundation

extension EmbeddedLog {
  /// Settings of an embedded log. Processes that share one file may differ in them.
  public struct Configuration: Sendable {
    /// Longest wait for another process's write transaction; after it a call fails with reaction `retry`.
    public var busyTimeout: Duration
    /// How long a group's owner may stay silent before another member takes its partitions over. Renewed at a third.
    public var leaseDuration: Duration
    /// How long the background renewal goes on without a poll; a stuck owner loses its lease this much later.
    public var maxPollInterval: Duration
    /// How long a tombstone stays readable in a compacted topic without its own `delete.retention.ms`.
    public var tombstoneRetention: Duration
    /// The wall clock: milliseconds since 1970-01-01T00:00:00Z. Stamps records and leases.
    public var now: @Sendable () -> Int64

    /// Creates settings.
    public init(
      busyTimeout: Duration = .seconds(5),
      leaseDuration: Duration = .seconds(10),
      maxPollInterval: Duration = .seconds(300),
      tombstoneRetention: Duration = .seconds(86_400),
      now: (@Sendable () -> Int64)? = nil
    ) {
      self.busyTimeout = busyTimeout
      self.leaseDuration = leaseDuration
      self.maxPollInterval = maxPollInterval
      self.tombstoneRetention = tombstoneRetention
      self.now = now ?? { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }
    }
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// Seconds with their fraction.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
