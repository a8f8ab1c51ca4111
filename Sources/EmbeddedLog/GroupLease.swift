/// Who owns a consumer group's partitions in an embedded log, for messages such as why a member waits.
package struct GroupLease: Sendable, Hashable {
  /// Group id.
  package var group: String
  /// The owner's `instance`.
  package var owner: String
  /// Counts the owners of the group; a commit with an older epoch is refused.
  package var epoch: Int64
  /// Process id of the owner.
  package var pid: Int32
  /// When another member may take over, in milliseconds since 1970-01-01T00:00:00Z.
  package var expires: Int64

  /// Creates a description.
  package init(group: String, owner: String, epoch: Int64, pid: Int32, expires: Int64) {
    self.group = group
    self.owner = owner
    self.epoch = epoch
    self.pid = pid
    self.expires = expires
  }
}
