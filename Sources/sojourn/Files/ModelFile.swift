import Foundation
import Predictions
import Presentation

/// A file of models, as `replay --predict` writes it.
enum ModelFile {
  /// Larger files hold no models: sixteen of the largest take 4 MiB.
  static let maxBytes = 8_388_608

  static func read(_ path: String, key: String, origin: String) throws -> ModelSet {
    let handle = try InputFile.open(path, key: key, origin: origin)
    defer { try? handle.close() }
    func problem(_ expected: String) -> ConfigurationProblem {
      ConfigurationProblem(key: key, value: path, expected: expected, origin: origin)
    }
    let data: Data
    do { data = try handle.read(upToCount: maxBytes + 1) ?? Data() } catch {
      throw problem("a file that can be read: \(SystemReason.text(error))")
    }
    guard data.count <= maxBytes else { throw problem("models: at most \(maxBytes) bytes") }
    do { return try ModelSet(bytes: Array(data)) } catch {
      throw problem("a file that replay --predict has written: it \(error)")
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      let file = try WholeFile(path)
      try file.write(bytes)
      try file.finish()
      try file.publish()
    } catch let problem as FileProblem {
      throw ConfigurationProblem(
        key: "--output", value: path, expected: "a file that can be written: \(problem.reason)",
        origin: "replay")
    }
  }
}
