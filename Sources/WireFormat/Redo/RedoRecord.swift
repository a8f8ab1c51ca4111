internal import EventLog
package import JourneyModel
package import Sessionizer

/// A record of `redo`: version byte, sequence, then an LZ4 block of operations.
///
/// A reader skips operations that it does not know: from `firstUnknownOperation` on each is followed by one
/// section, which says how long it is.
package enum RedoRecord {
  /// Operations that a newer version adds start here.
  package static let firstUnknownOperation: UInt8 = 3

  /// One operation.
  package enum Operation {
    case put(StoredValue)
    case delete(SessionID)
  }

  /// The sequence of the batch that a record belongs to.
  package static func sequence(_ reader: inout BinaryReader) throws(CodecError) -> BatchSequence {
    let version = try reader.byte()
    guard version == RedoForm.version else {
      throw CodecError("redo version \(version) is not one this build reads (\(RedoForm.version))")
    }
    return BatchSequence(try reader.number())
  }

  /// The changes that a record holds, as they were before compression; `nil` for a record of another batch.
  package static func changes(_ record: [UInt8], of sequence: BatchSequence) throws -> [UInt8]? {
    var head = BinaryReader(record)
    guard try self.sequence(&head) == sequence else { return nil }
    return try Compression.decompress(Array(record[head.at...]))
  }

  /// Hands over a record's operations in order, unless its sequence is below `first`.
  ///
  /// - Returns: the record's sequence.
  @discardableResult
  package static func read(
    _ record: [UInt8], from first: BatchSequence,
    _ body: (Operation, _ sequence: BatchSequence) throws -> Void
  ) throws -> BatchSequence {
    var head = BinaryReader(record)
    let sequence = try sequence(&head)
    guard sequence >= first else { return sequence }
    var operations = BinaryReader(try Compression.decompress(Array(record[head.at...])))
    while !operations.isAtEnd {
      switch try operations.byte() {
      case RedoForm.Operation.put:
        var section = try operations.section().body
        try body(.put(try StateCodec.decode(&section)), sequence)
      case RedoForm.Operation.delete:
        try body(.delete(SessionID(high: try operations.fixed(), low: try operations.fixed())), sequence)
      case let other where other >= RedoRecord.firstUnknownOperation: _ = try operations.section()
      case let other: throw CodecError("redo operation \(other)")
      }
    }
    return sequence
  }
}
