import JourneyRules
import Processor
import Sessionizer
import Testing

@testable import sojourn

/// `predictions.controlShare`.
@Suite struct ControlShareTests {
  private func load(_ yaml: String = "") throws -> LaneSettings {
    try Settings.load(
      file: ConfigurationFile(path: "test.yaml", text: yaml), environment: [:], flags: []
    ).processor.lanes
  }

  @Test(
    arguments: [
      ("0", 0), ("0.0", 0), ("0.1", 100_000), ("0.000001", 1), ("0.499999", 499_999), ("0.5", 500_000),
    ])
  func aShareOfSessionsIsHeldBack(text: String, share: Int) throws {
    let lanes = try load("predictions:\n  controlShare: \(text)")
    #expect(lanes.sessions.rules.controlGroup.share == share)
    // Outputs depend on it, but those without one are the same as before there were any.
    let usual = try load().digest
    #expect((lanes.digest == usual) == (share == 0))
  }

  @Test(arguments: ["0.500001", "1", "-0.1", "10%", ".5", "0.", "0.1234567", "0.1.2", "1e-1", "00.1", "0.٣"])
  func otherSharesAreRefused(text: String) {
    #expect(throws: ConfigurationProblem.self) { try load("predictions:\n  controlShare: '\(text)'") }
  }
}
