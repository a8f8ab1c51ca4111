import CZlib
import CZstd
import EventLog

/// Unpacks a stream of bytes, a piece at a time.
protocol Unpacker: AnyObject {
  /// Takes packed bytes and fills memory with what they hold. Both counts are less than there was when the
  /// other ran out.
  ///
  /// - Returns: how many bytes it took and how many it wrote.
  func unpack(_ packed: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer)
    throws(UnpackingError)
    -> (taken: Int, written: Int)

  /// Whether what it took ends with the end of a packed piece, so that the file may end there.
  var isAtBoundary: Bool { get }
}

/// Packed bytes that are damaged.
struct UnpackingError: Error {
  var reason: String
}

/// gzip, as one member or several behind each other.
final class GzipUnpacker: Unpacker {
  private var stream = z_stream()
  private(set) var isAtBoundary = false

  init() throws(LogError) {
    // 15 bits of window, and the header of gzip.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for unpacking gzip")
    }
  }

  deinit { inflateEnd(&stream) }

  func unpack(_ packed: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer)
    throws(UnpackingError)
    -> (taken: Int, written: Int)
  {
    if isAtBoundary {
      guard !packed.isEmpty else { return (0, 0) }
      // Zeros between and behind members are filling, as `gzip` itself has it.
      let zeros = packed.prefix { $0 == 0 }.count
      if zeros > 0 { return (zeros, 0) }
      inflateReset(&stream)
      isAtBoundary = false
    }
    // zlib takes its input through a pointer to bytes that it does not change.
    stream.next_in = UnsafeMutablePointer(
      mutating: packed.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(clamping: packed.count)
    stream.next_out = memory.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = UInt32(clamping: memory.count)
    let before = (stream.avail_in, stream.avail_out)
    let code = inflate(&stream, Z_NO_FLUSH)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isAtBoundary = true
    default: throw UnpackingError(reason: stream.msg.map { String(cString: $0) } ?? "code \(code)")
    }
    return (Int(before.0 - stream.avail_in), Int(before.1 - stream.avail_out))
  }
}

/// Zstandard, as one frame or several behind each other.
final class ZstdUnpacker: Unpacker {
  private let stream: OpaquePointer
  private(set) var isAtBoundary = true

  init() throws(LogError) {
    guard let stream = ZSTD_createDStream() else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for unpacking zstd")
    }
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func unpack(_ packed: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer)
    throws(UnpackingError)
    -> (taken: Int, written: Int)
  {
    // Asked with nothing at the end of a frame, the library would wait for the next one.
    if isAtBoundary, packed.isEmpty { return (0, 0) }
    var input = ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
    var output = ZSTD_outBuffer(dst: memory.baseAddress, size: memory.count, pos: 0)
    let code = ZSTD_decompressStream(stream, &output, &input)
    guard ZSTD_isError(code) == 0 else {
      throw UnpackingError(reason: String(cString: ZSTD_getErrorName(code)).lowercased())
    }
    isAtBoundary = code == 0
    return (input.pos, output.pos)
  }
}
