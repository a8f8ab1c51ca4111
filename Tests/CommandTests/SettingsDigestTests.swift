import Processor
import Testing

@testable import sojourn

@Suite struct SettingsDigestTests {
  /// What changes a lane's outputs and not their digest would have a verification find other bytes.
  @Test func everyKeyOfLanesChangesTheDigest() {
    let defaults = Settings()
    let lanes = defaults.processor.lanes
    let values = ["off", "never", "milestones", "false", "7m", "17", "70000", "1MiB", "0.1"]
    var found: Set<String> = []
    for key in ConfigurationKey.all {
      for value in values {
        var settings = defaults
        guard key.set(&settings, value), settings.processor.lanes != lanes else { continue }
        found.insert(key.name)
        #expect(settings.processor.lanes.digest != lanes.digest, "\(key.name)=\(value)")
      }
    }
    #expect(found.isSuperset(of: ["partitions", "sessions.appGap", "rules.maxActions", "events.maxFacts"]))
    #expect(found.count > 40, "\(found.sorted())")
  }
}
