/// Who a processor is, for labels. No addresses and no settings: pages are read by many.
public struct ProcessorIdentity: Sendable, Hashable {
  /// The program's version.
  public var version: String
  /// `kafka` or `embedded`.
  public var log: String
  /// The consumer group.
  public var group: String
  /// The instance in its group.
  public var instance: String

  /// Creates an identity.
  public init(version: String, log: String, group: String, instance: String) {
    self.version = version
    self.log = log
    self.group = group
    self.instance = instance
  }
}
