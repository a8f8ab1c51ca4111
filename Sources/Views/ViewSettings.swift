package import WireFormat

/// What a view reads, what it keeps, and for how long.
package struct ViewSettings: Sendable {
  package var topics: TopicNames
  package var limits: ViewLimits

  package init(topics: TopicNames, limits: ViewLimits = ViewLimits()) {
    self.topics = topics
    self.limits = limits
  }
}

/// The limits of a view.
package struct ViewLimits: Sendable, Hashable {
  /// Largest size of the file in bytes, free pages not counted; the oldest sessions go, the ended ones first.
  package var maxBytes = 8 << 30
  /// How long an ended session stays after its newest snapshot was written.
  package var retention: Duration = .seconds(720 * 3_600)
  /// How long what rules gave, and dead letters, stay after they were written.
  package var eventRetention: Duration = .seconds(168 * 3_600)
  /// Most dead letters; the oldest go.
  package var maxRejected = 10_000
  /// How long the log is left alone when there was nothing new.
  package var pollInterval: Duration = .milliseconds(50)
  /// How long a file may not have been followed: a log forgets tombstones after a day, and a session that one
  /// removed would stay. An older file is made anew.
  package var maxSilence: Duration = .seconds(12 * 3_600)
  /// How long removed texts may stay in the file, where no query sees them, until they are overwritten.
  package var purgeInterval: Duration = .seconds(3_600)
  /// Changes of sessions that are remembered for who follows them; who is further behind asks anew.
  package var maxChanges = 10_000
  /// Records of one transaction.
  package var maxBatchRecords = 5_000
  /// Bytes of records of one transaction; a larger record still passes alone.
  package var maxBatchBytes = 16 << 20

  package init() {}
}
