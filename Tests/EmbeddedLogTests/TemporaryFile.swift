internal import EmbeddedLog
internal import Foundation
internal import Synchronization

/// A path of its own below the temporary directory, removed with the object.
final class TemporaryFile: Sendable {
  let path: String
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("sojourn-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    path = directory.appendingPathComponent("log.sqlite").path
  }

  deinit { try? FileManager.default.removeItem(at: directory) }
}

/// A wall clock that stands until a test moves it.
final class ManualClock: Sendable {
  private let time = Mutex<Int64>(1_700_000_000_000)

  /// Milliseconds since 1970.
  var now: Int64 { time.withLock { $0 } }

  func advance(by duration: Duration) {
    time.withLock { $0 += duration.components.seconds * 1000 }
  }

  func configuration() -> EmbeddedLog.Configuration {
    EmbeddedLog.Configuration(now: { self.now })
  }
}
