internal import Foundation

/// How long the machine has been running: a clock that nobody sets.
package struct Uptime: Sendable, Hashable {
  /// Names one run of the machine, so that readings of two runs are not compared; empty if unknown.
  package var boot: String
  /// Milliseconds since then, sleep included.
  package var milliseconds: Int64

  /// Creates a reading.
  package init(boot: String, milliseconds: Int64) {
    self.boot = boot
    self.milliseconds = milliseconds
  }

  /// Reads the machine's clock.
  package static var current: Uptime {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Uptime(
      boot: ProcessIdentity.current.boot,
      milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
