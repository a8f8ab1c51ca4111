internal import Foundation

/// How long the machine has been running: a clock that nobody sets.
public struct Uptime: Sendable, Hashable {
  /// Names one run of the machine, so that readings of two runs are not compared; empty if unknown.
  public var boot: String
  /// Milliseconds since then, sleep included.
  public var milliseconds: Int64

  /// Creates a reading.
  public init(boot: String, milliseconds: Int64) {
    self.boot = boot
    self.milliseconds = milliseconds
  }

  /// Reads the machine's clock.
  public static var current: Uptime {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Uptime(
      boot: ProcessIdentity.current.boot,
      milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
