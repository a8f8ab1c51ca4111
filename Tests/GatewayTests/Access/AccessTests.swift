import Testing

@testable import Gateway

@Suite struct AccessTests {
  @Test(arguments: [
    ("localhost", true), ("127.0.0.1", true), ("127.255.255.255", true), ("::1", true), ("0.0.0.0", false),
    ("127.0.0.256", false), ("127.0.0", false), ("128.0.0.1", false), ("::", false),
    ("localhost.evil", false),
    ("10.0.0.1", false), ("127.0.0.1.5", false), ("", false),
  ])
  func loopback(host: String, isLoopback: Bool) {
    #expect(AccessSettings.isLoopback(host) == isLoopback)
  }

  @Test(arguments: [
    ([], true), (["http://localhost:8320"], true), (["https://127.0.0.1"], true), (["http://[::1]:1"], true),
    (["null"], false), ([""], false), (["http://evil.example"], false), (["http://localhost.evil"], false),
    (["http://localhost", "http://evil"], false), (["file://localhost"], false), (["localhost"], false),
  ])
  func originsWithoutProof(origins: [String], isAllowed: Bool) {
    #expect(AccessSettings().allows(origin: origins) == isAllowed)
  }

  @Test(arguments: [
    ("a.example", "a.example"), ("A.Example:8320", "a.example"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"),
    ("a:b", "a:b"), (":80", ""), ("", ""),
  ])
  func hostsWithoutPorts(field: String, name: String) {
    #expect(HostName.withoutPort(field) == name)
  }
}
