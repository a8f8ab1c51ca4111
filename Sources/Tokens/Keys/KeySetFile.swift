internal import Foundation
internal import Glibc

/// A file with a set of keys. Read again whenever it has changed; while what is in it cannot be used, the
/// keys from before stay.
///
/// Each look costs a call of the system. The file is small and local: it is read where it is asked for.
package actor KeySetFile {
  /// Bytes of the file.
  package static let maxBytes = 256 * 1_024

  /// What a look found.
  package enum Report: Sendable, Hashable {
    /// Keys are in use from now on.
    case loaded(keys: Int, notes: [String])
    /// The file has changed and cannot be used; the keys from before stay.
    case kept(KeySetFlaw)
  }

  /// What tells one content of a file from the next.
  private struct Stamp: Equatable {
    var device: UInt64
    var file: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
    /// Whether the file was so young that another change may have had the same time.
    var isFresh: Bool
  }

  /// How long a file is young: more than a file system's clock ticks.
  private static let freshSeconds: Int64 = 2

  private let path: String
  private let allowed: [TokenAlgorithm]
  private let report: @Sendable (Report) -> Void
  private var keys: KeySet
  private var bytes: [UInt8]
  private var stamp: Stamp?
  private var isLoading = false
  /// Why the file as it is cannot be used; `nil` if its keys are.
  package private(set) var problem: KeySetFlaw?

  /// Reads the file for the first time.
  ///
  /// - Parameters:
  ///   - allowed: algorithms that tokens may have, the preferred ones first.
  ///   - report: told of each change, once.
  /// - Throws: if it cannot be used.
  package init(
    path: String, allowed: [TokenAlgorithm], report: @escaping @Sendable (Report) -> Void
  ) async throws(KeySetFlaw) {
    (self.path, self.allowed, self.report) = (path, allowed, report)
    let stamp = try KeySetFile.stamp(path)
    bytes = try KeySetFile.read(path)
    keys = try await KeySet(bytes, allowed: allowed)
    self.stamp = stamp
    report(.loaded(keys: keys.count, notes: keys.notes))
  }

  /// The keys that count now.
  func current() async -> KeySet {
    // Whoever comes while keys are read gets the ones from before.
    guard !isLoading else { return keys }
    isLoading = true
    defer { isLoading = false }
    do throws(KeySetFlaw) {
      let found = try KeySetFile.stamp(path)
      guard found != stamp || found.isFresh else { return keys }
      let read = try KeySetFile.read(path)
      stamp = found
      // The same content was judged before.
      guard read != bytes || problem.map(KeySetFile.isOfSystem) == true else { return keys }
      bytes = read
      keys = try await KeySet(read, allowed: allowed)
      problem = nil
      report(.loaded(keys: keys.count, notes: keys.notes))
    } catch {
      if problem != error { report(.kept(error)) }
      problem = error
    }
    return keys
  }

  private static func isOfSystem(_ flaw: KeySetFlaw) -> Bool {
    switch flaw {
    case .unreadable, .tooLarge: true
    default: false
    }
  }

  private static func stamp(_ path: String) throws(KeySetFlaw) -> Stamp {
    var status = Glibc.stat()
    guard stat(path, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("it is no file") }
    guard status.st_size <= maxBytes else { throw .tooLarge }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Stamp(
      device: UInt64(status.st_dev), file: UInt64(status.st_ino), size: Int64(status.st_size),
      seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec),
      isFresh: abs(Int64(now.tv_sec) - Int64(status.st_mtim.tv_sec)) <= freshSeconds)
  }

  private static func read(_ path: String) throws(KeySetFlaw) -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .unreadable(String(cString: strerror(errno)))
    }
    defer { try? file.close() }
    let data: Data?
    do { data = try file.read(upToCount: maxBytes + 1) } catch { throw .unreadable("the read failed") }
    guard (data?.count ?? 0) <= maxBytes else { throw .tooLarge }
    return Array(data ?? Data())
  }
}
