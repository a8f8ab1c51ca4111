internal import CLZ4
internal import JourneyModel

/// LZ4 blocks with their uncompressed length in front (UInt32, little endian).
package enum Compression {
  /// Largest block that is decompressed; a damaged length must not ask for the machine's memory.
  package static let maxBlockBytes = 64 << 20

  /// Compresses bytes and appends the block to an arena.
  package static func compress(_ bytes: [UInt8], appendingTo arena: inout [UInt8]) {
    for place in 0..<4 { arena.append(UInt8(truncatingIfNeeded: bytes.count >> (8 * place))) }
    let bound = Int(LZ4_compressBound(Int32(bytes.count)))
    // A block of its own, of which no more is touched than is written: in the arena, room for the worst case
    // would have to be filled first, three bytes for each that stays. Raw, because LZ4 (C) writes it.
    let block = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      let written = bytes.withUnsafeBytes { source in
        LZ4_compress_fast(
          source.baseAddress?.assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(target.baseAddress)?.assumingMemoryBound(to: CChar.self),
          Int32(bytes.count), Int32(bound), acceleration)
      }
      count = Int(max(written, 0))
    }
    arena.append(all: block)
  }

  /// LZ4's acceleration: state is written often and read only by a restore, so speed counts.
  private static let acceleration: Int32 = 4

  /// Compresses bytes into a block of their own.
  package static func compress(_ bytes: [UInt8]) -> [UInt8] {
    var block: [UInt8] = []
    compress(bytes, appendingTo: &block)
    return block
  }

  package static func decompress(_ block: [UInt8]) throws(CodecError) -> [UInt8] {
    guard block.count >= 4 else { throw CodecError("a compressed block of \(block.count) bytes") }
    let length = (0..<4).reduce(0) { $0 | Int(block[$1]) << (8 * $1) }
    guard length <= maxBlockBytes else { throw CodecError("a block claims \(length) bytes") }
    var written: Int32 = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      written = block.withUnsafeBytes { source in
        LZ4_decompress_safe(
          source.baseAddress.map { ($0 + 4).assumingMemoryBound(to: CChar.self) },
          UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self),
          Int32(block.count - 4), Int32(length))
      }
      count = Int(max(written, 0))
    }
    guard Int(written) == length else { throw CodecError("a compressed block is damaged") }
    return bytes
  }
}
