package import EventLog
package import JourneyModel
package import Sessionizer
package import WireFormat

/// Makes the stores in which lanes keep values that do not fit into memory.
package protocol ColdStores: Sendable {
  /// A new, empty store for one lane; nothing of an earlier one is ever read again.
  func makeStore(lane: LaneNumber) throws(LogError) -> any ColdStore
}

/// Values of one lane that are not in memory, by the digest of their key. Synchronous; used by one lane at a
/// time.
///
/// It may be lost at no harm: a missing or damaged value makes the lane drop everything and come back from
/// the log. So nothing in it has to survive the process, and its owner throws it away with the lane.
package protocol ColdStore: AnyObject {
  /// Stores values; their keys are not in the store yet.
  ///
  /// Throws `abortAndRewind` if the store is damaged, `fatal` if it cannot be written.
  func put(_ values: [ColdValue]) throws(LogError)

  /// Removes and returns the values of these keys, in any order.
  ///
  /// - Parameter keys: different ones, in ascending order. A value that is not there is left out of the
  ///   result.
  /// Throws `abortAndRewind` if the store is damaged.
  func take(_ keys: [UInt64]) throws(LogError) -> [ColdValue]

  /// Values in ascending order of their keys as signed numbers, after a key, or from the beginning; they
  /// stay.
  ///
  /// Throws `abortAndRewind` if the store is damaged.
  func values(after key: UInt64?, limit: Int) throws(LogError) -> [ColdValue]

  /// Hands every value to `body`, in any order, and keeps them.
  func forEach(_ body: (ColdValue) throws -> Void) throws
}

/// All values of one key, as bytes that show whether they were damaged.
package struct ColdValue: Sendable {
  /// Digest of the values' key.
  package var key: UInt64
  /// Checksum (8 bytes, XXH3 over key and block), then an LZ4 block: number of values, then each as
  /// `StateCodec` writes it.
  package var bytes: [UInt8]

  /// A value as a store holds it.
  package init(key: UInt64, bytes: [UInt8]) {
    self.key = key
    self.bytes = bytes
  }

  private static let head = 8

  package init(key: UInt64, values: [StoredValue]) {
    var writer = BinaryWriter()
    writer.number(values.count)
    for value in values { writer.section(0) { StateCodec.encode(value, to: &$0) } }
    var bytes = [UInt8](repeating: 0, count: ColdValue.head)
    Compression.compress(writer.bytes, appendingTo: &bytes)
    self.init(key: key, bytes: bytes)
    let checksum = checksum()
    for place in 0..<ColdValue.head { self.bytes[place] = UInt8(truncatingIfNeeded: checksum >> (8 * place)) }
  }

  /// The values, or an error if a byte has changed.
  package func values() throws(CodecError) -> [StoredValue] {
    guard bytes.count > ColdValue.head else { throw CodecError("a value of \(bytes.count) bytes") }
    var reader = BinaryReader(bytes)
    guard try reader.fixed() == checksum() else { throw CodecError("the checksum differs") }
    var body = BinaryReader(try Compression.decompress(Array(bytes[ColdValue.head...])))
    var values: [StoredValue] = []
    for _ in 0..<(try body.count()) {
      var section = try body.section().body
      let value = try StateCodec.decode(&section)
      guard value.keyDigest == key else { throw CodecError("a value of another key") }
      values.append(value)
    }
    return values
  }

  private func checksum() -> UInt64 {
    var digest = Digest()
    digest.append(Int64(bitPattern: key))
    digest.append(bytes, ColdValue.head..<bytes.count)
    return digest.value
  }
}
