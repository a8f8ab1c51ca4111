internal import Foundation

/// Names one process for as long as its machine runs, so that a member that was killed is known to be dead.
struct ProcessIdentity: Sendable, Hashable {
  /// Process id, as seen in its own process namespace.
  var process: Int32
  /// Start time in clock ticks since boot: distinguishes the process from a later one with the same id. 0 if
  /// unknown.
  var started: Int64
  /// The kernel's boot id; empty if unknown.
  var boot: String
  /// The process namespace: a number seen from inside one container means nothing in another.
  var namespace: String

  /// This process.
  static let current: ProcessIdentity = {
    let process = ProcessInfo.processInfo.processIdentifier
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
    let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
    return ProcessIdentity(
      process: process, started: startTime(of: process) ?? 0, boot: boot.filter { !$0.isWhitespace },
      namespace: namespace)
  }()

  /// Whether this process is certainly gone. `false` also where it is not known: on another machine, before a
  /// reboot, in another container, or without `/proc`.
  var isCertainlyDead: Bool {
    let here = ProcessIdentity.current
    guard started > 0, here.started > 0, boot == here.boot, namespace == here.namespace else { return false }
    guard let running = ProcessIdentity.startTime(of: process) else { return true }
    return running != started
  }

  /// Field 22 of `/proc/<process>/stat`; `nil` if there is no such process, or only its unreaped remains.
  private static func startTime(of process: Int32) -> Int64? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The command name is in parentheses and may itself contain any character.
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return Int64(fields[19])
  }
}
