import Gateway
import Testing

@testable import sojourn

@Suite struct GatewaySettingsTests {
  private func load(_ yaml: String) throws -> GatewaySettings {
    try Settings.load(file: ConfigurationFile(path: "test.yaml", text: yaml), environment: [:], flags: [])
      .gateway
  }

  @Test func eventsAreTakenOnLoopbackUnlessToldOtherwise() throws {
    let standard = try load("")
    #expect(standard == GatewaySettings())
    #expect((standard.mode, standard.host, standard.port) == (.auto, "127.0.0.1", 8_320))
    #expect(standard.access.hosts == ["localhost", "127.0.0.1", "[::1]"])
    let settings = try load(
      """
      gateway:
        enabled: on
        host: "::1"
        port: 0
        hosts: "A.example, [::1]"
        headDeadline: 2s
        maxHeaderBytes: 4KiB
      ingest:
        maxBodyBytes: 1MiB
        ackTimeout: 3s
      """)
    #expect((settings.mode, settings.host, settings.port) == (.on, "::1", 0))
    #expect(settings.access.hosts == ["a.example", "[::1]"])
    #expect(settings.server.headDeadline == .seconds(2))
    #expect(settings.server.maxHeaderBytes == 4_096)
    #expect(settings.ingest.maxBodyBytes == 1 << 20)
    #expect(settings.server.answerDeadline == .seconds(3))
  }

  @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "shop.example", "localhost.example"])
  func withoutProofOnlyThisMachineMayWrite(host: String) throws {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try load("gateway: {host: \"\(host)\"}").check()
    }
    #expect(problem?.key == "gateway.host")
    #expect(problem?.value == host)
    #expect(problem?.origin == "test.yaml:1")
    #expect(problem?.expected.contains("auth.mode") == true)
  }

  @Test(arguments: ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
  func thisMachineMayWrite(host: String) throws {
    try load("gateway: {host: \"\(host)\"}").check()
  }

  @Test(arguments: [
    "gateway: {port: off}", "gateway: {port: 65536}", "gateway: {enabled: yes}", "gateway: {hosts: \"\"}",
    "gateway: {hosts: \"a/b\"}", "gateway: {maxConnections: 0}", "gateway: {maxHeaderFields: 251}",
    "gateway: {headDeadline: 0s}", "ingest: {maxBodyBytes: 1023}", "auth: {mode: open}",
  ])
  func whatIsNoValueIsRefused(yaml: String) {
    #expect(throws: ConfigurationProblem.self) { try load(yaml) }
  }
}
