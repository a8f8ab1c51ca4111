internal import Foundation
internal import Synchronization

/// A file that one process at a time holds: two feeds on one view would undo each other's positions. The
/// system takes it from a process that ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// - Throws: `unavailable` if somebody else holds it, or if there can be no such file.
  init(_ path: String) throws(ViewError) {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable("\(path): \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isHeld = errno == EWOULDBLOCK
      let reason =
        isHeld
        ? "is held by another process: instance or storage.directory has to differ"
        : String(cString: strerror(errno))
      Foundation.close(descriptor)
      throw .unavailable("\(path) \(reason)")
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// Lets go of it. Idempotent.
  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { Foundation.close(descriptor) }
      descriptor = -1
    }
  }
}
