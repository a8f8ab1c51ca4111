/// A topic as the configuration wants it, or as a log describes it.
public struct TopicSpecification: Sendable, Hashable {
  /// Name, any prefix included.
  public var name: String
  /// Number of partitions.
  public var partitions: Int32
  /// Settings by Kafka's names (`cleanup.policy`, `retention.ms`, `max.message.bytes`, …), as text.
  public var settings: [String: String]

  /// Creates a specification.
  public init(name: String, partitions: Int32, settings: [String: String] = [:]) {
    self.name = name
    self.partitions = partitions
    self.settings = settings
  }

  /// Whether the log keeps only the newest record of each key.
  public var isCompacted: Bool { settings["cleanup.policy"]?.contains("compact") ?? false }
}
