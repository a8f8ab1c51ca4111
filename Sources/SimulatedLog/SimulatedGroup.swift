internal import EventLog

/// A consumer group: members, generations, committed and pending offsets. Eager protocol, range assignment.
struct SimulatedGroup: Sendable {
  /// One member. A consumer that comes back is a new one, also under the same instance.
  struct Member: Sendable {
    let id: Int
    let instance: String
    let topics: [String]
    var assignment: [TopicPartition] = []
    /// The generation whose assignment was handed to the consumer; 0 before the first.
    var deliveredGeneration = 0
    /// Whether it has given its partitions up and waits for the next generation.
    var hasJoined = true
    var lastSeen: Int64
  }

  /// What a polling member has to do next.
  enum Step {
    /// Give up what it owns, then `rejoin`.
    case revoke
    /// Take these partitions.
    case assign([TopicPartition], generation: Int)
    /// Others have not given up their partitions yet.
    case wait
    /// Read.
    case read
    /// It was removed: join again under a new member id.
    case unknown
    /// A newer consumer has taken its instance.
    case fenced
  }

  private(set) var generation = 0
  private(set) var members: [Member] = []
  private var isRebalancing = false
  private var fenced: Set<Int> = []
  private var offsets: [TopicPartition: NextOffset] = [:]
  /// Offsets of transactions that are still open, by transaction number.
  private var pending: [Int: [TopicPartition: NextOffset]] = [:]

  /// Adds a member. Under an instance that is already there it takes the predecessor's place without a
  /// rebalance.
  mutating func join(id: Int, instance: String, topics: [String], now: Int64) {
    var member = Member(id: id, instance: instance, topics: topics, lastSeen: now)
    if let index = members.firstIndex(where: { $0.instance == instance }) {
      fenced.insert(members[index].id)
      member.assignment = members[index].assignment
      members[index] = member
      if members[index].topics == topics, !isRebalancing { return }
    } else {
      members.append(member)
      members.sort { $0.instance.utf8.lexicographicallyPrecedes($1.instance.utf8) }
    }
    startRebalance()
    if let index = index(of: id) { members[index].hasJoined = true }
  }

  /// Removes a member at once.
  mutating func leave(_ id: Int) {
    guard let index = index(of: id) else { return }
    members.remove(at: index)
    startRebalance()
  }

  /// Removes members that have been silent for too long; returns their instances.
  mutating func expire(before limit: Int64) -> [String] {
    let expired = members.filter { $0.lastSeen <= limit }
    for member in expired { leave(member.id) }
    return expired.map(\.instance)
  }

  /// Makes every member give up its partitions for a new generation.
  mutating func startRebalance() {
    isRebalancing = true
    // Who has been handed nothing since the last generation has nothing to give up.
    for index in members.indices { members[index].hasJoined = members[index].deliveredGeneration == 0 }
  }

  /// What the member has to do, and that it lives.
  mutating func step(
    _ id: Int, now: Int64, partitions: (String) -> Int32
  ) -> Step {
    guard let index = index(of: id) else { return fenced.contains(id) ? .fenced : .unknown }
    members[index].lastSeen = now
    if isRebalancing {
      if !members[index].hasJoined { return .revoke }
      guard members.allSatisfy(\.hasJoined) else { return .wait }
      completeRebalance(partitions: partitions)
    }
    if members[index].deliveredGeneration != generation {
      members[index].deliveredGeneration = generation
      return .assign(members[index].assignment, generation: generation)
    }
    return .read
  }

  /// The member has given its partitions up.
  mutating func rejoin(_ id: Int) {
    guard let index = index(of: id) else { return }
    members[index].hasJoined = true
  }

  /// Refuses the offsets of a member or generation that is not the current one.
  func check(_ metadata: SimulatedGroupMetadata) throws(LogError) {
    if fenced.contains(metadata.member) {
      throw LogError(
        .abortAndRewind, code: "FENCED_INSTANCE_ID",
        "group '\(metadata.group)': a newer member has taken the instance of member \(metadata.member)")
    }
    guard index(of: metadata.member) != nil else {
      throw LogError(
        .abortAndRewind, code: "UNKNOWN_MEMBER_ID",
        "group '\(metadata.group)': member \(metadata.member) is not in the group")
    }
    guard metadata.generation == generation else {
      throw LogError(
        .abortAndRewind, code: "ILLEGAL_GENERATION",
        "group '\(metadata.group)': generation \(metadata.generation) is over, now it is \(generation)")
    }
  }

  /// Keeps offsets until their transaction ends.
  mutating func add(_ positions: [TopicPartition: NextOffset], transaction: Int) {
    pending[transaction, default: [:]].merge(positions) { $1 }
  }

  /// Ends a transaction: its offsets become the group's, or are dropped.
  mutating func end(_ transaction: Int, isCommit: Bool) {
    guard let positions = pending.removeValue(forKey: transaction), isCommit else { return }
    offsets.merge(positions) { $1 }
  }

  /// Whether an open transaction holds an offset of this partition.
  func isUnstable(_ partition: TopicPartition) -> Bool {
    pending.values.contains { $0[partition] != nil }
  }

  /// Every committed offset.
  var allCommitted: [TopicPartition: NextOffset] { offsets }

  /// The committed offset; `nil` if there is none.
  func committed(_ partition: TopicPartition) -> NextOffset? { offsets[partition] }

  private mutating func completeRebalance(partitions: (String) -> Int32) {
    generation += 1
    isRebalancing = false
    let assigned = RangeAssignment.assign(members.map(\.topics), partitions: partitions)
    for index in members.indices { members[index].assignment = assigned[index] }
  }

  private func index(of id: Int) -> Int? { members.firstIndex { $0.id == id } }
}
