public import JourneyModel

/// How far a lane has applied another one's messages: whatever is not behind it was applied before.
///
/// One mark a sender is enough, as the messages of one lane to another are in one partition in the order in
/// which they were sent. The marks are in every journal record, so whatever brings a lane back brings them
/// back.
public struct MessageMark: Sendable, Hashable, Comparable {
  /// The sender's batch.
  public var sequence: BatchSequence
  /// The message's number in that batch.
  public var index: Int

  /// Creates a mark.
  public init(sequence: BatchSequence, index: Int) {
    self.sequence = sequence
    self.index = index
  }

  package init(_ sender: LaneMessage.Sender) { self.init(sequence: sender.sequence, index: sender.index) }

  /// In the order of sending.
  public static func < (left: Self, right: Self) -> Bool {
    (left.sequence, left.index) < (right.sequence, right.index)
  }
}
