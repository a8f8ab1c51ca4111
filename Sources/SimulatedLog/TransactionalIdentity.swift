internal import EventLog

/// What the transaction coordinator knows about one transactional id.
struct TransactionalIdentity: Sendable {
  /// A transaction that has begun and not ended.
  struct OpenTransaction: Sendable {
    let number: Int
    let startedAt: Int64
    var partitions: Set<TopicPartition> = []
    var groups: Set<String> = []
  }

  /// Bumped by every `initialize` and by every transaction that the log aborts on its own.
  var epoch = 0
  var open: OpenTransaction?
  /// The number of the last committed transaction, so that a repeated commit is recognised.
  var lastCommitted: Int?
}
