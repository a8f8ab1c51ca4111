/// What a batch changed, as bytes of redo records, cut into parts before they grow too large for a record.
package struct StateChanges {
  package var writer = BinaryWriter()
  /// The parts that are closed, if they are kept.
  package private(set) var parts: [[UInt8]] = []
  /// Digest of the parts that are closed.
  package private(set) var digest = Digest()
  private let keepsParts: Bool

  /// Starts with the memory of an earlier batch. Parts that nobody writes need not be kept: their digest is
  /// taken, and their memory used again.
  package init(memory: consuming [UInt8], keepsParts: Bool) {
    writer.bytes = memory
    writer.bytes.removeAll(keepingCapacity: true)
    self.keepsParts = keepsParts
  }

  /// Closes the part that is being written once it has this many bytes.
  package mutating func cut(at size: Int) {
    guard writer.bytes.count >= size else { return }
    digest.append(writer.bytes)
    if keepsParts {
      parts.append(writer.bytes)
      writer.bytes = []
      writer.bytes.reserveCapacity(size)
    } else {
      writer.bytes.removeAll(keepingCapacity: true)
    }
  }

  /// Memory for the next batch: the largest part's.
  package var memory: [UInt8] { parts.first ?? writer.bytes }
}
