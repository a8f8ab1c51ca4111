import ArgumentParser
import Foundation

/// A program that is run to its end, whatever it says.
enum QuietProcess {
  /// - Parameter environment: what it has besides this process's own.
  static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError(
        "\(([program] + arguments).joined(separator: " ")): exit code \(process.terminationStatus)")
    }
  }
}
