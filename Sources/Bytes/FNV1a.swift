/// FNV-1a, 64 bits: the same on every machine, so it may stand in stored state. It tells contents apart and protects nothing.
public struct FNV1a: Sendable {
  /// What each step multiplies by.
  @inlinable public static var prime: UInt64 { 0x100_0000_01b3 }
  /// The digest of nothing.
  @inlinable public static var basis: UInt64 { 0xcbf2_9ce4_8422_2325 }

  @usableFromInline var digest: UInt64
  /// The digest of everything so far.
  @inlinable public var value: UInt64 { digest }

  /// Creates the digest of nothing.
  @inlinable
  public init() { digest = FNV1a.basis }

  /// The digest of a slice.
  @inlinable
  public init(of slice: ByteSlice, in bytes: borrowing [UInt8]) {
    digest = FNV1a.basis
    add(slice, of: bytes)
  }

  /// Adds a byte.
  @inlinable
  public mutating func add(_ byte: UInt8) { digest = (digest ^ UInt64(byte)) &* FNV1a.prime }

  /// Adds a slice's bytes.
  @inlinable
  public mutating func add(_ slice: ByteSlice, of bytes: borrowing [UInt8]) {
    for index in slice.indices { add(bytes[index]) }
  }
}
