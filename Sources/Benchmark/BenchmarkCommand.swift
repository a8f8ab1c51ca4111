import ArgumentParser
import Foundation

/// The benchmark's command line.
@main
struct BenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sojourn-benchmark", abstract: "Measures decoding, reducing, encoding and whole runs.",
    subcommands: [GenerateCommand.self])
}

/// `sojourn-benchmark generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Writes the seeded workload as JSON lines.")

  @Option(help: "Number of events.")
  var events = 1_000_000

  @Option(help: "Seed.")
  var seed: UInt64 = 1

  @Argument(help: "File to write.")
  var file: String

  func run() throws {
    guard FileManager.default.createFile(atPath: file, contents: nil),
      let handle = FileHandle(forWritingAtPath: file)
    else { throw ValidationError("\(file) cannot be written") }
    var workload = Workload(seed: seed)
    var buffer: [UInt8] = []
    for _ in 0..<events {
      buffer.append(contentsOf: workload.next().value)
      buffer.append(0x0a)
      if buffer.count > 4 << 20 {
        try handle.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try handle.write(contentsOf: Data(buffer))
    try handle.close()
  }
}
