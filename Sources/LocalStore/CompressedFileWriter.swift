internal import CLZ4
internal import Foundation
internal import LaneStorage
internal import Synchronization

/// Writes one LZ4 frame, with a checksum of each block and of the content, under a temporary name.
///
/// Unchecked, because the handles are C's and one thread at a time uses them, as the protocol says.
final class CompressedFileWriter: LaneFileDraft, @unchecked Sendable {
  private static let serial = Atomic<Int>(0)

  private let path: String
  private let directory: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var context: OpaquePointer?
  private var output: [UInt8] = []
  private var preferences = LZ4F_preferences_t()

  init(path: String, directory: String) throws {
    self.path = path
    self.directory = directory
    let serial = CompressedFileWriter.serial.add(1, ordering: .relaxed).newValue
    temporaryPath = "\(path).\(getpid())-\(serial).part"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileFailure("creating", temporaryPath) }
    preferences.frameInfo.blockSizeID = LZ4F_max256KB
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
    // With it damage is found before a block is decompressed.
    preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
    guard LZ4F_isError(LZ4F_createCompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
      discard()
      throw FileFailure("no memory for LZ4")
    }
    try append(capacity: Int(LZ4F_HEADER_SIZE_MAX)) { target, capacity in
      LZ4F_compressBegin(context, target, capacity, &preferences)
    }
  }

  deinit { discard() }

  func write(_ bytes: [UInt8]) throws {
    try append(capacity: LZ4F_compressBound(bytes.count, &preferences)) { target, capacity in
      bytes.withUnsafeBytes { LZ4F_compressUpdate(context, target, capacity, $0.baseAddress, $0.count, nil) }
    }
  }

  func complete() throws {
    try append(capacity: LZ4F_compressBound(0, &preferences)) { target, capacity in
      LZ4F_compressEnd(context, target, capacity, nil)
    }
    freeContext()
  }

  func publish() throws {
    guard descriptor >= 0, context == nil else { throw FileFailure("\(temporaryPath) is not complete") }
    guard fsync(descriptor) == 0 else { throw FileFailure("making durable", temporaryPath) }
    guard rename(temporaryPath, path) == 0 else { throw FileFailure("renaming", temporaryPath) }
    closeFile()
    // The rename itself may be lost with the machine: then the file before is there, which is as good.
    let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  func discard() {
    freeContext()
    guard descriptor >= 0 else { return }
    closeFile()
    unlink(temporaryPath)
  }

  private func freeContext() {
    if let context { LZ4F_freeCompressionContext(context) }
    context = nil
  }

  private func closeFile() {
    close(descriptor)
    descriptor = -1
  }

  /// Lets LZ4 (C) fill a buffer, and writes it.
  private func append(capacity: Int, _ fill: (UnsafeMutableRawPointer?, Int) -> Int) throws {
    guard descriptor >= 0, context != nil else { throw FileFailure("\(temporaryPath) is closed") }
    if output.count < capacity { output = [UInt8](repeating: 0, count: capacity) }
    try output.withUnsafeMutableBytes { buffer in
      let count = fill(buffer.baseAddress, buffer.count)
      guard LZ4F_isError(count) == 0 else {
        throw FileFailure("compressing \(temporaryPath): \(String(cString: LZ4F_getErrorName(count)))")
      }
      var done = 0
      while done < count {
        let written = Foundation.write(descriptor, buffer.baseAddress.map { $0 + done }, count - done)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw FileFailure("writing", temporaryPath) }
        done += written
      }
    }
  }
}
