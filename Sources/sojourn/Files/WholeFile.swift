import Foundation
import Glibc
import Presentation

/// A file that takes its place under its name only when all of it is on the disk, readable by its owner
/// alone.
///
/// Until then it has a name of its own beside it, `.NAME.PID.part`; those of processes that were killed are
/// removed by the next one that writes the same file.
final class WholeFile {
  /// The path that it will have.
  let path: String
  private let draft: String
  private var descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    let (folder, name) = WholeFile.split(path)
    draft = "\(folder)/.\(name).\(getpid()).part"
    WholeFile.removeLeftovers(of: name, in: folder)
    // A folder of this name would only be noticed when all is written.
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw FileProblem(path: path, reason: SystemReason.text(EISDIR))
    }
    descriptor = open(draft, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw FileProblem(path: path, reason: SystemReason.text(errno))
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(draft)
  }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      // `write` (C) takes a pointer; `FileHandle` would copy all bytes into a `Data`.
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw FileProblem(path: path, reason: SystemReason.text(errno))
      }
      done += written
    }
  }

  /// Makes what was written durable.
  func finish() throws {
    guard fsync(descriptor) == 0 else {
      throw FileProblem(path: path, reason: SystemReason.text(errno))
    }
  }

  /// Puts the file in its place.
  func publish() throws {
    guard rename(draft, path) == 0 else {
      throw FileProblem(path: path, reason: SystemReason.text(errno))
    }
    close(descriptor)
    descriptor = -1
    // The new name is durable with the folder.
    let folder = open(WholeFile.split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }

  private static func removeLeftovers(of name: String, in folder: String) {
    for found in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard found.hasPrefix(".\(name)."), found.hasSuffix(".part"),
        let process = Int32(found.dropFirst(name.count + 2).dropLast(5)), kill(process, 0) != 0,
        errno == ESRCH
      else { continue }
      unlink("\(folder)/\(found)")
    }
  }
}
