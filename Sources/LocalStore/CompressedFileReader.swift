internal import CLZ4
internal import Foundation
internal import Processor

/// Reads one LZ4 frame from a file; nothing may be behind it.
final class CompressedFileReader: LaneFileSource {
  private static let inputBytes = 256 << 10
  private static let outputBytes = 1 << 20

  let size: Int
  private(set) var position = 0
  private let path: String
  private var descriptor: Int32
  private var context: OpaquePointer?
  private var input: [UInt8]
  private var unread = 0..<0
  private var isAtEnd = false

  /// `nil` if there is no such file.
  init?(_ path: String) throws {
    self.path = path
    input = []
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileFailure("opening", path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      Foundation.close(descriptor)
      throw FileFailure("reading", path)
    }
    size = Int(status.st_size)
    input = [UInt8](repeating: 0, count: CompressedFileReader.inputBytes)
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
      Foundation.close(descriptor)
      throw FileFailure("no memory for LZ4")
    }
  }

  deinit { close() }

  func close() {
    if let context { LZ4F_freeDecompressionContext(context) }
    context = nil
    if descriptor >= 0 { Foundation.close(descriptor) }
    descriptor = -1
  }

  func read() throws -> [UInt8]? {
    if isAtEnd { return nil }
    var produced: [UInt8] = []
    while produced.isEmpty, !isAtEnd {
      if unread.isEmpty { try refill() }
      guard !unread.isEmpty else {
        throw LaneFileDoubt(.torn, "\(path) ends after \(size) bytes, in the middle")
      }
      var hint = 0
      produced = try [UInt8](unsafeUninitializedCapacity: CompressedFileReader.outputBytes) { buffer, count in
        // Raw, because LZ4 (C) reads and writes the memory itself.
        var written = buffer.count
        var taken = unread.count
        hint = input.withUnsafeBytes {
          LZ4F_decompress(
            context, buffer.baseAddress, &written, $0.baseAddress.map { $0 + unread.lowerBound }, &taken, nil)
        }
        guard LZ4F_isError(hint) == 0 else {
          throw LaneFileDoubt(.damaged, "\(path): \(String(cString: LZ4F_getErrorName(hint)))")
        }
        unread = unread.lowerBound + taken..<unread.upperBound
        count = written
      }
      if hint == 0 {
        isAtEnd = true
        if unread.isEmpty { try refill() }
        guard unread.isEmpty else { throw LaneFileDoubt(.damaged, "\(path) goes on behind its end") }
      }
    }
    return produced.isEmpty ? nil : produced
  }

  private func refill() throws {
    while true {
      let count = input.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileFailure("reading", path) }
      unread = 0..<count
      position += count
      return
    }
  }
}
