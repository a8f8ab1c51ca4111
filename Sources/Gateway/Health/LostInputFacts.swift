package import EventLog
package import Processor

/// Input that retention removed before it was read, since the start.
package struct LostInputFacts: Sendable, Hashable {
  /// What was lost of each partition, as last reported.
  package private(set) var newest: [TopicPartition: LostInput] = [:]
  /// Offsets lost of each partition.
  package private(set) var counts: [TopicPartition: Int64] = [:]

  /// Creates facts of nothing lost.
  package init() {}

  /// Takes in what a restore found. The same loss is reported again by each restore until a batch has gone on
  /// behind it.
  mutating func note(_ lost: [LostInput]) {
    for loss in lost where !loss.isFirstRead {
      let known = newest[loss.partition]?.offsets.upperBound ?? 0
      counts[loss.partition, default: 0] +=
        max(0, loss.offsets.upperBound - max(loss.offsets.lowerBound, known))
      newest[loss.partition] = loss
    }
  }
}
