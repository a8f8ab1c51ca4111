internal import EventLog

/// Kafka's `range` assignor: neighbours stay together, and topics with equal counts give equal partitions to
/// a member.
enum RangeAssignment {
  /// The partitions of each member. `subscriptions` are in the order of the members' instances.
  static func assign(_ subscriptions: [[String]], partitions: (String) -> Int32) -> [[TopicPartition]] {
    var result = Array(repeating: [TopicPartition](), count: subscriptions.count)
    for topic in Set(subscriptions.joined()).sorted() {
      let subscribers = subscriptions.indices.filter { subscriptions[$0].contains(topic) }
      let count = Int(partitions(topic))
      var first = 0
      for (rank, member) in subscribers.enumerated() {
        // The first members take one more where the count does not divide.
        let share = count / subscribers.count + (rank < count % subscribers.count ? 1 : 0)
        for partition in first..<first + share {
          result[member].append(TopicPartition(topic, Int32(partition)))
        }
        first += share
      }
    }
    return result
  }
}
