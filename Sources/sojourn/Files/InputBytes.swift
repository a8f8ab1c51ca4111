import EventLog
import Foundation
import Presentation

/// The bytes of a file of events, unpacked if they were packed. Belongs to one reader.
final class InputBytes {
  private let descriptor: Int32
  /// What messages call the file.
  private let path: String
  /// Packed bytes that were read and not unpacked yet, or the first bytes of a text.
  private var held: [UInt8] = []
  private var at = 0
  private var unpacker: (any Unpacker)?
  private var isRecognized = false
  private var isAtEnd = false

  /// Bytes of the file that were read so far, as they are there.
  private(set) var bytesRead = 0

  private static let packedBytes = 256 << 10

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Fills memory with what one read gives; 0 at the end.
  func read(into memory: UnsafeMutableRawBufferPointer) throws -> Int {
    if !isRecognized { try recognize() }
    guard let unpacker else {
      guard at < held.count else { return try readFile(into: memory) }
      let count = min(held.count - at, memory.count)
      memory.copyBytes(from: held[at..<at + count])
      at += count
      return count
    }
    while true {
      let (taken, written) = try held.withUnsafeBytes { bytes in
        do {
          return try unpacker.unpack(UnsafeRawBufferPointer(rebasing: bytes[at...]), into: memory)
        } catch let error as UnpackingError {
          throw FileProblem(path: path, reason: "the \(name) data is damaged: \(error.reason)")
        }
      }
      at += taken
      if written > 0 { return written }
      guard at >= held.count else { continue }
      if isAtEnd {
        guard unpacker.isAtBoundary else {
          throw FileProblem(path: path, reason: "the \(name) data ends early: the file is cut off")
        }
        return 0
      }
      try fill(InputBytes.packedBytes)
    }
  }

  private var name: String { unpacker is GzipUnpacker ? "gzip" : "zstd" }

  /// Reads the first bytes and decides what they are.
  private func recognize() throws {
    isRecognized = true
    var head: [UInt8] = []
    while head.count < FileForm.headBytes, !isAtEnd {
      try fill(FileForm.headBytes - head.count)
      head += held
    }
    held = head
    switch FileForm(head: head) {
    case .text: break
    case .gzip: unpacker = try GzipUnpacker()
    case .zstd: unpacker = try ZstdUnpacker()
    case .foreign(let name):
      throw FileProblem(
        path: path, reason: "it is \(name); expected JSON in UTF-8, which may be packed with gzip or zstd")
    }
  }

  /// Replaces what is held by the next bytes of the file.
  private func fill(_ count: Int) throws {
    at = 0
    held = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      filled = try readFile(into: UnsafeMutableRawBufferPointer(buffer))
    }
    if held.isEmpty { isAtEnd = true }
  }

  private func readFile(into memory: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Foundation.read(descriptor, memory.baseAddress, memory.count)
      if count >= 0 {
        bytesRead += count
        return count
      }
      if errno != EINTR { throw FileProblem(path: path, reason: SystemReason.text(errno)) }
    }
  }
}
