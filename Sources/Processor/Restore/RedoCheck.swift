internal import EventLog
internal import JourneyModel
internal import WireFormat

/// Holds what redo says against the journal while a lane is restored: batches in order, and of the newest the
/// very changes that its record names the digest of.
struct RedoCheck {
  private let partition: TopicPartition
  private let tail: JournalRecord
  private var newest: BatchSequence = 0
  private var digest = Digest()

  init(_ partition: TopicPartition, tail: JournalRecord) {
    self.partition = partition
    self.tail = tail
  }

  /// Notes a record, in the order of the log.
  mutating func note(_ record: [UInt8]) throws {
    var head = BinaryReader(record)
    let sequence = try RedoRecord.sequence(&head)
    guard sequence >= newest else { throw CodecError("batch \(sequence) is behind batch \(newest)") }
    newest = sequence
    guard sequence == tail.sequence, let changes = try RedoRecord.changes(record, of: sequence) else {
      return
    }
    digest.append(changes)
  }

  /// Throws `fatal` if the newest batch is another one than the journal has. All its records must have been
  /// noted.
  func finish() throws(LogError) {
    // Others have taken the digest of something else, and a recovery writes what it could find.
    guard tail.reducer == JournalRecord.reducerVersion, !tail.isRecovered, digest.text != tail.state else {
      return
    }
    throw LogError(
      .fatal, code: "redoDiffers",
      "\(partition): the changes of batch \(tail.sequence) have the digest \(digest.text), the journal says \(tail.state); 'sojourn recover' shows what can be kept"
    )
  }
}
