internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#endif

/// A `sojourn` process of its own, as the kernel sees it: it can be killed.
struct SojournProcess {
  /// The binary: `SOJOURN`, or what was built beside the tests.
  static let binary =
    ProcessInfo.processInfo.environment["SOJOURN"].map { URL(fileURLWithPath: $0) }
    ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "sojourn")

  /// Whether there is one.
  static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: binary.path) }

  /// What a command said, and how it ended.
  struct Answer {
    var code: Int32
    var output: String
    var errors: String
  }

  /// Nothing of the tests' own environment configures it, and it listens on no port.
  private static let environment = ProcessInfo.processInfo.environment
    .filter { !$0.key.hasPrefix("SOJOURN") }.merging(["SOJOURN_HTTP_PORT": "off"]) { $1 }

  private let process = Process()
  private let errors: URL

  /// Starts a process; standard error goes to a file.
  init(_ arguments: [String], errors: URL) throws {
    self.errors = errors
    try Data().write(to: errors)
    process.executableURL = Self.binary
    process.arguments = arguments
    process.environment = Self.environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  /// Runs a command to its end.
  static func run(_ arguments: [String], in directory: URL) throws -> Answer {
    let process = Process()
    let files = ["output", "errors"].map { directory.appending(path: "command.\($0)") }
    for file in files { try Data().write(to: file) }
    process.executableURL = Self.binary
    process.arguments = arguments
    process.environment = Self.environment
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    return Answer(
      code: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }

  var isRunning: Bool { process.isRunning }

  /// What it has written to standard error so far.
  var said: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// Ends it without warning and waits until it is gone.
  func kill() {
    guard process.isRunning else { return }
    _ = Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Asks it to stop, waits, and returns its exit code.
  func stop() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
