import Gateway
import Testing

@testable import sojourn

@Suite struct ConsoleConfigurationTests {
  private func load(_ yaml: String) throws -> GatewaySettings {
    try Settings.load(file: ConfigurationFile(path: "test.yaml", text: yaml), environment: [:], flags: [])
      .gateway
  }

  @Test func theDefaultsAreThoseOfTheGateway() throws {
    let standard = try load("")
    #expect(standard.console == ConsoleSettings() && standard.console.isEnabled)
    #expect(standard.live == LiveLimits())
    let settings = try load(
      """
      console: {enabled: off, frameAncestors: "https://desk.example.com, http://localhost:3000",
        loginLifetime: 8h, loginIdle: 10m, maxLogins: 5}
      live: {maxStreams: 7, maxStreamsPerSubject: 3, maxQueued: 9, heartbeat: 5s}
      """)
    #expect(!settings.console.isEnabled)
    #expect(settings.console.frameAncestors == ["https://desk.example.com", "http://localhost:3000"])
    var logins = LoginLimits()
    (logins.lifetime, logins.idle, logins.maxLogins) = (.seconds(28_800), .seconds(600), 5)
    #expect(settings.access.logins == logins)
    var live = LiveLimits()
    (live.maxStreams, live.maxStreamsPerSubject, live.maxQueued) = (7, 3, 9)
    live.heartbeat = .seconds(5)
    #expect(settings.live == live)
  }

  @Test(arguments: [
    ("console.enabled", "yes"), ("console.frameAncestors", "*"),
    ("console.frameAncestors", "desk.example.com"),
    ("console.frameAncestors", "https://a.example;script-src *"), ("console.frameAncestors", "https://"),
    ("console.frameAncestors", "https://a.example/x"), ("console.loginIdle", "0s"),
    ("console.maxLogins", "0"), ("live.maxStreams", "-1"), ("live.maxStreams", "100001"),
    ("live.maxStreamsPerSubject", "0"), ("live.maxQueued", "0"), ("live.heartbeat", "often"),
    ("views.maxChanges", "0"), ("views.maxChanges", "10000001"),
  ])
  func whatIsNotExpectedIsRefused(key: String, value: String) {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try Settings.load(file: nil, environment: [:], flags: [(key, value)])
    }
    #expect(problem?.key == key && problem?.value == value)
  }

  @Test(arguments: ["console.maxLogins", "live.maxStreamsPerSubject", "live.maxQueued", "views.maxChanges"])
  func theLeastIsTaken(key: String) throws {
    _ = try Settings.load(file: nil, environment: [:], flags: [(key, "1")])
  }
}
