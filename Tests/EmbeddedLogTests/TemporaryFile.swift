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

  /// Permission bits of a file.
  static func mode(of path: String) throws -> Int? {
    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
  }

  deinit { try? FileManager.default.removeItem(at: directory) }
}

/// A machine's two clocks, which stop until a test moves them.
final class ManualClock: Sendable {
  private struct Times {
    var wall: Int64 = 1_700_000_000_000
    var uptime = Uptime(boot: "first", milliseconds: 1_000_000)
  }

  private let times = Mutex(Times())
  /// How much of its uptime passes with each look at it, in milliseconds.
  private let step = Mutex<Int64>(0)

  /// From now on time passes while somebody looks.
  func run() { step.withLock { $0 = 500 } }

  /// The wall clock, in milliseconds since 1970.
  var now: Int64 { times.withLock { $0.wall } }

  /// Lets time pass.
  func advance(by duration: Duration) {
    times.withLock { times in
      times.wall += duration.components.seconds * 1000
      times.uptime.milliseconds += duration.components.seconds * 1000
    }
  }

  /// Sets the wall clock, and nothing else.
  func set(by duration: Duration) { times.withLock { $0.wall += duration.components.seconds * 1000 } }

  /// Starts the machine anew.
  func reboot() {
    times.withLock { $0.uptime = Uptime(boot: $0.uptime.boot + "'", milliseconds: 0) }
  }

  func configuration() -> EmbeddedLog.Configuration {
    EmbeddedLog.Configuration(
      now: { self.now },
      uptime: {
        let step = self.step.withLock { $0 }
        return self.times.withLock { times in
          times.uptime.milliseconds += step
          return times.uptime
        }
      })
  }
}
