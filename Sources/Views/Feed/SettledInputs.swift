internal import EventLog

/// Up to where the input topics are settled: whatever an event before such an offset caused is in the view,
/// also what lanes told one another because of it, and so on. Pure but for what it asks.
///
/// A lane's messages lie in the transaction that caused them. So where `routed` ends when a round begins,
/// every message of the batches whose journal was read before it is there; once the lanes have read so far,
/// one hop more is done.
struct SettledInputs {
  /// Hops that are followed while lanes have always something to tell one another. If they have not, any
  /// number of hops is done.
  static let mostHops = 8

  /// What is settled for one hop more once the lanes have read so far.
  private struct Step {
    var inputs: [TopicPartition: NextOffset]
    var routed: [TopicPartition: NextOffset]
  }

  /// By number of hops, from one on.
  private var levels = [[TopicPartition: NextOffset]](repeating: [:], count: mostHops)
  private var steps = [Step?](repeating: nil, count: mostHops)

  /// What is settled.
  var inputs: [TopicPartition: NextOffset] { levels[SettledInputs.mostHops - 1] }

  /// Notes a round: all that was at the ends of the topics that are followed is in the view.
  ///
  /// - Parameters:
  ///   - read: up to where batches have read whose journal was known before the round.
  ///   - routed: where the partitions of `routed` ended when the round began.
  ///   - isEmpty: whether nothing but markers is in a partition from an offset up to another.
  mutating func note(
    read: [TopicPartition: NextOffset], routed: [TopicPartition: NextOffset],
    isEmpty: (TopicPartition, NextOffset, NextOffset) throws -> Bool
  ) rethrows {
    func isRead(_ ends: [TopicPartition: NextOffset]) throws -> Bool {
      for (partition, end) in ends {
        let position = read[partition] ?? NextOffset(0)
        guard try position >= end || isEmpty(partition, position, end) else { return false }
      }
      return true
    }
    // Nothing is on the way: no hop is left.
    if try isRead(routed) {
      levels = levels.map { $0.merging(read) { max($0, $1) } }
      steps = steps.map { _ in nil }
      return
    }
    for hop in levels.indices {
      if let step = steps[hop] {
        guard try isRead(step.routed) else { continue }
        levels[hop].merge(step.inputs) { max($0, $1) }
      }
      let inputs = hop == 0 ? read : levels[hop - 1]
      steps[hop] = inputs.isEmpty ? nil : Step(inputs: inputs, routed: routed)
    }
  }
}
