public import EventLog
public import JourneyModel

/// One chunk of input after decoding: each record is an event, a message, a command, a rejection,
/// or known and ignored.
public struct DecodedChunk: Sendable {
  /// The input, kept because rejections and routed records carry the original bytes.
  public var chunk: RecordChunk
  /// The events.
  public var batch: EventBatch
  /// The records that are no events.
  public var rejections: [Rejection]
  /// The records that are known and say nothing to a session.
  public var ignored: [Ignored]
  /// The records that are messages of other lanes, in their order.
  package var messages: [ReceivedMessage] = []
  /// The records that are commands about persons, in their order.
  package var commands: [ReceivedCommand] = []

  /// Creates a decoded chunk.
  public init(chunk: RecordChunk, batch: EventBatch, rejections: [Rejection], ignored: [Ignored] = []) {
    self.chunk = chunk
    self.batch = batch
    self.rejections = rejections
    self.ignored = ignored
  }
}
