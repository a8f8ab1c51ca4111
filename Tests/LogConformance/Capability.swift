/// Something a log can do, or can be made to do by a test. A case runs only where all it needs is there.
public enum Capability: String, Sendable, CaseIterable {
  /// Records of open and aborted transactions are hidden.
  case atomicTransactions
  /// Offsets sent in a transaction are stored by its commit.
  case transactionalOffsets
  /// A producer with a newer one of the same transactional id can no longer commit.
  case fencing
  /// Several members share the partitions of a group.
  case rebalance
  /// Compacted topics keep the newest record of each key; needs `LogUnderTest.compact`.
  case compaction
  /// Plain publishing.
  case publish
  /// Null values are kept apart from empty ones.
  case tombstones
  /// `partitionsAtEnd` notices the end.
  case endDetection
  /// Topics can be created, described, and distinguished by their partition counts.
  case topicAdmin
  /// Old records can be removed; needs `LogUnderTest.removeRecords`.
  case recordRemoval
  /// A topic's `max.message.bytes` is enforced.
  case recordLimit
  /// A member can be declared dead while its objects live on; needs `LogUnderTest.expireOwner`.
  case ownerExpiry
}
