internal import WireFormat

/// What a batch changed, as bytes of redo records, cut into parts before they grow too large for a record.
struct StateChanges {
  var writer = BinaryWriter()
  private(set) var parts: [[UInt8]] = []

  /// Starts with the memory of an earlier batch.
  init(memory: consuming [UInt8]) {
    writer.bytes = memory
    writer.bytes.removeAll(keepingCapacity: true)
  }

  /// Closes the part that is being written once it has this many bytes.
  mutating func cut(at size: Int) {
    guard writer.bytes.count >= size else { return }
    parts.append(writer.bytes)
    writer.bytes = []
    writer.bytes.reserveCapacity(size)
  }

  /// Memory for the next batch: the largest part's.
  var memory: [UInt8] { parts.first ?? writer.bytes }
}
