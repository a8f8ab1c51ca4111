package import EventLog
package import JourneyModel
package import WireFormat

/// Where decisions about persons go, and what they may be.
package struct DecisionSettings: Sendable {
  /// Most bytes of a body.
  static let maxBodyBytes = IdentityCommandDecoder.mostBytes

  package var topic: String
  /// Partitions of the topic: as many as there are lanes.
  package var partitions: Int32
  /// Reads commands as lanes do.
  package var decoder: IdentityCommandDecoder
  /// How far ahead of the clock a decision may be dated; lanes reject what is further.
  package var maxFutureSkew: EventTime.Span
  /// Hears of each decision that the log has.
  package var audit: @Sendable (Decision) -> Void
  /// When those were said that bring no date.
  let recent = RecentDecisions()

  package init(
    topic: String, partitions: Int32, decoder: IdentityCommandDecoder, maxFutureSkew: EventTime.Span,
    audit: @escaping @Sendable (Decision) -> Void
  ) {
    self.topic = topic
    self.partitions = partitions
    self.decoder = decoder
    self.maxFutureSkew = maxFutureSkew
    self.audit = audit
  }

  /// Records where lanes find them.
  package func batch(_ records: [CommandRecord]) -> OutputBatch {
    var batch = OutputBatch()
    for record in records {
      batch.append(
        topic, partition: record.partition ?? Placement.partition(of: record.key, partitions: partitions),
        key: record.key, value: record.value)
    }
    return batch
  }
}

/// What somebody has decided: for the log of such things, without what identifies the person.
package struct Decision: Sendable, Hashable {
  /// Who; empty where nobody has to say who he is.
  package var subject: String
  package var operation: String
  /// The command's id.
  package var id: String
  /// The contact that it names; `nil` if it names an identifier.
  package var contactID: String?
}
