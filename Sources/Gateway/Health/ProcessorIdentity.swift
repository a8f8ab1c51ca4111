/// Who a processor is, for labels. No addresses and no settings: pages are read by many.
package struct ProcessorIdentity: Sendable, Hashable {
  /// The program's version.
  package var version: String
  /// `kafka` or `embedded`.
  package var log: String
  /// The consumer group.
  package var group: String
  /// The instance in its group.
  package var instance: String

  /// Creates an identity.
  package init(version: String, log: String, group: String, instance: String) {
    self.version = version
    self.log = log
    self.group = group
    self.instance = instance
  }
}
