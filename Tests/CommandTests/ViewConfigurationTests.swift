import Testing
import Views

@testable import sojourn

@Suite struct ViewConfigurationTests {
  private func load(_ yaml: String) throws -> ViewConfiguration {
    try Settings.load(file: ConfigurationFile(path: "test.yaml", text: yaml), environment: [:], flags: [])
      .views
  }

  @Test func theDefaultsAreThoseOfTheView() throws {
    let standard = try load("")
    #expect(standard.mode == .auto && standard.limits == ViewLimits())
    let settings = try load(
      """
      views: {enabled: off, maxBytes: 1MiB, retention: 24h, eventRetention: 2h, maxRejected: 0,
        pollInterval: 10ms, maxSilence: 30m, purgeInterval: 1s}
      """)
    #expect(settings.mode == .off)
    var limits = ViewLimits()
    (limits.maxBytes, limits.maxRejected) = (1 << 20, 0)
    (limits.retention, limits.eventRetention) = (.seconds(86_400), .seconds(7_200))
    (limits.pollInterval, limits.maxSilence) = (.milliseconds(10), .seconds(1_800))
    limits.purgeInterval = .seconds(1)
    #expect(settings.limits == limits)
  }

  @Test(arguments: [
    ("views.enabled", "yes"), ("views.maxBytes", "1023KiB"), ("views.maxBytes", "2TiB"),
    ("views.retention", "0s"), ("views.maxRejected", "-1"), ("views.maxRejected", "10000001"),
    ("views.pollInterval", "often"),
  ])
  func whatIsNotExpectedIsRefused(key: String, value: String) {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try Settings.load(file: nil, environment: [:], flags: [(key, value)])
    }
    #expect(problem?.key == key && problem?.value == value)
  }
}
