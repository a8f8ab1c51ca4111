internal import EventLog

/// A member's identity at the moment it asked.
struct SimulatedGroupMetadata: GroupMetadata {
  var group: String
  var member: Int
  var generation: Int
}
