internal import EventLog

/// The lease a member held when it read its metadata; checked inside the transaction that commits.
struct EmbeddedGroupMetadata: GroupMetadata {
  var group: String
  var epoch: Int64
}
