import Foundation
import Presentation

/// A file that a command was given to read.
enum InputFile {
  /// What messages call standard input.
  static let standardInput = "standard input"

  /// Opens a file; `-` is standard input where the command says so.
  ///
  /// - Parameters:
  ///   - key: the argument that gave it.
  ///   - origin: the command.
  static func open(
    _ path: String, key: String, origin: String, takesStandardInput: Bool = true
  ) throws(ConfigurationProblem) -> FileHandle {
    if path == "-", takesStandardInput { return .standardInput }
    func refuse(_ reason: String) -> ConfigurationProblem {
      ConfigurationProblem(key: key, value: path, expected: "a readable file: \(reason)", origin: origin)
    }
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refuse(SystemReason.text(errno)) }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      close(descriptor)
      throw refuse("it is a folder")
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// What messages call a path.
  static func name(_ path: String) -> String { path == "-" ? standardInput : path }

  /// The first bytes of a text, unpacked and without a byte order mark; fewer if there are no more.
  static func head(_ handle: FileHandle, path: String, count: Int) throws -> [UInt8] {
    let bytes = InputBytes(descriptor: handle.fileDescriptor, path: path)
    var head: [UInt8] = []
    while head.count < count {
      let piece = try [UInt8](unsafeUninitializedCapacity: count - head.count) { buffer, filled in
        filled = 0
        filled = try bytes.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if piece.isEmpty { break }
      head += piece
    }
    return head.starts(with: FileForm.byteOrderMark) ? Array(head.dropFirst(3)) : head
  }

  /// The bytes of a whole text that is no file of events: without a byte order mark.
  ///
  /// - Returns: `nil` and what it is instead, if it is no text.
  static func text(_ data: some Collection<UInt8>) -> (bytes: [UInt8], foreign: String?) {
    let bytes = Array(data)
    switch FileForm(head: bytes) {
    case .text:
      return (bytes.starts(with: FileForm.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes, nil)
    case .gzip: return ([], "it is packed with gzip")
    case .zstd: return ([], "it is packed with zstd")
    case .foreign(let name): return ([], "it is \(name)")
    }
  }
}
