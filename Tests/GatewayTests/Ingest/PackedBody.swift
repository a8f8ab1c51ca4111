import CZlib

/// Packs bodies as clients do.
enum PackedBody {
  /// - Parameter bits: zlib's: 15 + 16 for gzip, 15 for its own header, −15 for none.
  static func pack(_ bytes: [UInt8], bits: Int32 = 15 + 16) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var source = bytes
    let room = bytes.count + 1_024
    return [UInt8](unsafeUninitializedCapacity: room) { memory, written in
      source.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = memory.baseAddress
        stream.avail_out = UInt32(room)
        deflate(&stream, Z_FINISH)
      }
      written = room - Int(stream.avail_out)
    }
  }
}
