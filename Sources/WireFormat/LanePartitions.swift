public import EventLog
public import JourneyModel

/// Where lanes are in the log: a lane is the partition of its number, in every topic of the processor.
extension LaneNumber {
  /// The lane's partition.
  @inlinable
  public var partition: Int32 { value }
}

extension TopicPartition {
  /// The partition of a lane.
  @inlinable
  public init(_ topic: String, lane: LaneNumber) { self.init(topic, lane.partition) }

  /// The lane that it is of.
  @inlinable
  public var lane: LaneNumber { LaneNumber(partition) }
}

extension Placement {
  /// The lane that owns what has this key.
  @inlinable
  public static func lane(of key: some Collection<UInt8>, partitions: Int32) -> LaneNumber {
    LaneNumber(partition(of: key, partitions: partitions))
  }
}
