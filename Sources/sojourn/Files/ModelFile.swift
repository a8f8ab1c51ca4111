import Foundation
import JourneyRules
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

  /// What is predicted and has no model among these: a sentence each, and one if nothing is predicted at all.
  static func gaps(_ models: ModelSet, in bundle: DefinitionBundle) -> [String] {
    let predicted = bundle.predictedOutcomes
    if predicted.isEmpty { return ["the definitions predict nothing, so nothing is scored"] }
    return predicted.filter { models.place(of: $0) == nil }.map { outcome in
      let others = models.models.filter { $0.outcome == outcome.id }
      let why =
        others.isEmpty
        ? "there is no model of it"
        : others.contains { $0.definition == outcome.definition }
          ? "its model is of another version of the features" : "its model is of another rule than it has now"
      return "outcome '\(outcome.id)' is not scored: \(why)"
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
