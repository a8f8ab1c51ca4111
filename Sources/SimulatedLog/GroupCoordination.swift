internal import EventLog

extension Cluster {
  /// Adds a member and returns its id.
  mutating func join(_ configuration: ConsumerConfiguration) -> Int {
    let id = nextNumber()
    trace.note("join \(configuration.group) \(configuration.instance)")
    groups[configuration.group, default: SimulatedGroup()].join(
      id: id, instance: configuration.instance, topics: configuration.topics, now: now)
    return id
  }

  /// What the member has to do next.
  mutating func step(_ member: Int, group: String) -> SimulatedGroup.Step {
    let (topics, time) = (topics, now)
    return groups[group]?.step(member, now: time) { topics[$0]?.specification.partitions ?? 0 } ?? .unknown
  }
}
