package import WireFormat

/// What a view reads, what it keeps, and for how long.
package struct ViewSettings: Sendable {
  package var topics: TopicNames
  package var limits: ViewLimits
  /// Which events have a row of their own, beside what the journey map has of them.
  package var events: KeptEvents
  /// As lanes decode events: an event's id and whose it is must come out the same.
  package var decoding: DecodingLimits
  /// The lanes whose sessions, events and derived events are kept; `nil` for all. Persons, definitions, dead
  /// letters and journals are kept of all lanes in any case: they are few, and answers need all of them.
  package var lanes: LaneSet?

  package init(
    topics: TopicNames, limits: ViewLimits = ViewLimits(), events: KeptEvents = .off,
    decoding: DecodingLimits = DecodingLimits(), lanes: LaneSet? = nil
  ) {
    self.lanes = lanes
    self.topics = topics
    self.limits = limits
    self.events = events
    self.decoding = decoding
  }
}

/// Which events of the input topics a view keeps.
package enum KeptEvents: String, Sendable, CaseIterable {
  /// Every one, so that what became of it can be asked by its id.
  case all
  /// Those with attributes: what a tooltip shows.
  case attributes
  /// None; the input topics are not read.
  case off
}

/// The limits of a view.
package struct ViewLimits: Sendable, Hashable {
  /// Largest size of the file in bytes, free pages not counted; the oldest sessions go, the ended ones first.
  package var maxBytes = 8 << 30
  /// How long an ended session stays after its newest snapshot was written.
  package var retention: Duration = .seconds(720 * 3_600)
  /// How long what rules gave, and dead letters, stay after they were written.
  package var eventRetention: Duration = .seconds(168 * 3_600)
  /// Most bytes of an event's attributes that are kept; the first ones are, and the others counted.
  package var maxAttributeBytes = 8_192
  /// How long an event that was read and is in no session stays: it was late, a duplicate or a report, or its
  /// session was removed.
  package var maxOrphanAge: Duration = .seconds(2 * 3_600)
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
