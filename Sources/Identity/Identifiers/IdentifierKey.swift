internal import JourneyModel

/// The 16 bytes by which an identifier is addressed: UUID version 5 of type, value and source, each behind a
/// NUL. Two identifiers may, by an attack on SHA-1, have one key; whoever holds values compares those.
package struct IdentifierKey: Sendable, Hashable, Comparable {
  /// The first eight bytes, big endian.
  package var high: UInt64
  /// The last eight bytes, big endian.
  package var low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The 16 bytes.
  package var bytes: [UInt8] {
    // By words: every message and every value of a register asks for them.
    var block = InlineArray<16, UInt8>(repeating: 0)
    var text = block.mutableSpan
    var words = text.mutableBytes
    words.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
    words.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    var bytes: [UInt8] = []
    bytes.append(block.span)
    return bytes
  }

  /// No identifier's.
  package static let none = IdentifierKey(high: 0, low: 0)

  /// The name space: UUIDv5 of the URL name space and `https://sojourn.dev/identifier`.
  static let namespace: [UInt8] = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/identifier".utf8))

  /// Derives a key.
  package init(type: IdentifierType, value: [UInt8], source: [UInt8]) {
    var name = IdentifierKey.namespace
    name.reserveCapacity(name.count + value.count + source.count + 24 + UUIDVersion5.paddingBytes)
    name.append(contentsOf: type.name.utf8)
    name.append(0)
    name.append(contentsOf: value)
    name.append(0)
    name.append(contentsOf: source)
    (high, low) = UUIDVersion5.halves(of: name)
  }

  /// A digest's lower half distinguishes as well as all of it.
  package func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// Orders by bytes.
  package static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}
