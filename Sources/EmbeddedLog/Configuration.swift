internal import Foundation

extension EmbeddedLog {
  /// Settings of an embedded log. Processes that share one file may differ in them.
  package struct Configuration: Sendable {
    /// Longest wait for another process's write transaction; after it a call fails with reaction `retry`.
    package var busyTimeout: Duration
    /// How long a group's owner may stay silent before another member takes its partitions over. Renewed at a
    /// third.
    package var leaseDuration: Duration
    /// How long the background renewal goes on without a poll; a stuck owner loses its lease this much later.
    package var maxPollInterval: Duration
    /// How long a tombstone stays readable in a compacted topic without its own `delete.retention.ms`.
    package var tombstoneRetention: Duration
    /// Topics of which nothing is removed that was not released, whatever its age: see `EventLog.release`.
    package var heldTopics: Set<String>
    /// Topics that together hold `maxInputBytes` at most: what was released gives way, then publishing is
    /// refused.
    package var boundedTopics: Set<String>
    /// Bytes of keys, values and headers that the bounded topics hold together.
    package var maxInputBytes: Int64
    /// What one reading of the wall clock counts for at most where records grow old, after the machine was
    /// started anew.
    package var maxClockStep: Duration
    /// The wall clock: milliseconds since 1970-01-01T00:00:00Z. Stamps records and leases; decides about
    /// neither.
    package var now: @Sendable () -> Int64
    /// The machine's uptime, by which records grow old and leases run out.
    package var uptime: @Sendable () -> Uptime

    /// Creates settings.
    package init(
      busyTimeout: Duration = .seconds(5),
      leaseDuration: Duration = .seconds(10),
      maxPollInterval: Duration = .seconds(300),
      tombstoneRetention: Duration = .seconds(86_400),
      heldTopics: Set<String> = [],
      boundedTopics: Set<String> = [],
      maxInputBytes: Int64 = 8 << 30,
      maxClockStep: Duration = .seconds(3_600),
      now: (@Sendable () -> Int64)? = nil,
      uptime: (@Sendable () -> Uptime)? = nil
    ) {
      self.busyTimeout = busyTimeout
      self.leaseDuration = leaseDuration
      self.maxPollInterval = maxPollInterval
      self.tombstoneRetention = tombstoneRetention
      self.heldTopics = heldTopics
      self.boundedTopics = boundedTopics
      self.maxInputBytes = maxInputBytes
      self.maxClockStep = maxClockStep
      self.uptime = uptime ?? { Uptime.current }
      self.now = now ?? { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) }
    }
  }
}

extension EmbeddedLog.Configuration {
  /// What bounds the input topics; `nil` if nothing does.
  var capacity: InputCapacity? {
    boundedTopics.isEmpty ? nil : InputCapacity(topics: boundedTopics, maxBytes: maxInputBytes)
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
