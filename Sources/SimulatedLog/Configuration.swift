extension SimulatedLog {
  /// Whose rules say what `applyRetention` removes.
  package enum Retention: Sendable, Equatable {
    /// A broker's: what is older than `retention.ms`, whoever has read it or not.
    case broker
    /// A log of our own: the same, but of topics that were released or are listed nothing beyond what was
    /// released.
    case own
  }

  /// Settings of a simulated log.
  package struct Configuration: Sendable {
    /// The virtual clock at the beginning, in milliseconds since 1970-01-01T00:00:00Z.
    package var start: Int64
    /// Virtual silence after which a member is removed from its group.
    package var sessionTimeout: Duration
    /// Virtual age at which the log aborts an open transaction and fences its producer.
    package var transactionTimeout: Duration
    /// Most bytes of key, value and headers of a record, for topics whose settings have no
    /// `max.message.bytes`; `nil` takes any.
    package var maxRecordBytes: Int?
    /// Whether polls hand over random shares of what is there, in a random order of partitions.
    package var variesFetches: Bool
    /// Whether an empty poll really waits; for tests that use threads. The simulation never waits.
    package var waitsInRealTime: Bool
    /// Whether the trace keeps its steps as text.
    package var keepsTraceLines: Bool
    /// Whose rules of retention hold.
    package var retention: Retention
    /// Topics of which a log of our own keeps what was not released.
    package var heldTopics: Set<String>
    /// Whether what retention removes stays to be looked at by `removedRecords`, and the keys of tombstones
    /// that compaction removes by `tombstones`.
    package var archivesRemoved: Bool

    /// Creates settings.
    package init(
      start: Int64 = 1_700_000_000_000,
      sessionTimeout: Duration = .seconds(10),
      transactionTimeout: Duration = .seconds(15),
      maxRecordBytes: Int? = nil,
      variesFetches: Bool = false,
      waitsInRealTime: Bool = false,
      keepsTraceLines: Bool = false,
      retention: Retention = .broker,
      heldTopics: Set<String> = [],
      archivesRemoved: Bool = false
    ) {
      self.retention = retention
      self.heldTopics = heldTopics
      self.archivesRemoved = archivesRemoved
      self.start = start
      self.sessionTimeout = sessionTimeout
      self.transactionTimeout = transactionTimeout
      self.maxRecordBytes = maxRecordBytes
      self.variesFetches = variesFetches
      self.waitsInRealTime = waitsInRealTime
      self.keepsTraceLines = keepsTraceLines
    }
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
