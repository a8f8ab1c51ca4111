import Foundation
import Gateway
import Testing
import Views

@testable import sojourn

@Suite struct PeerConfigurationTests {
  private func load(_ flags: [(String, String)]) throws -> Settings {
    try Settings.load(
      file: nil, environment: [:], flags: [("partitions", "6")] + flags.map { ("views." + $0.0, $0.1) })
  }

  private func problem(_ flags: (String, String)...) -> ConfigurationProblem? {
    #expect(throws: ConfigurationProblem.self) { try load(flags).checkPeers() }
  }

  /// A file of tokens, which the caller removes.
  private func file(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "peers-" + UUID().uuidString
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  @Test func oneViewHasAllLanesUnlessSomebodySaysSo() throws {
    let standard = try load([])
    #expect(standard.views.peering.lanes == nil && standard.views.peering.peers.isEmpty)
    #expect(try standard.peerSettings() == nil)
    // All of them, by number.
    #expect(try load([("lanes", "0-5")]).peerSettings() == nil)
  }

  @Test func lanesAreShared() throws {
    let token = String(repeating: "t", count: 32)
    let path = try file("\(token)\n\(token)2\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let settings = try #require(
      try load([
        ("lanes", "0-1,5"), ("peers", "2-3=http://10.0.0.2:8320  4=https://[::1]:8320"),
        ("peerTokenFile", path), ("peerTimeout", "500ms"), ("maxPeerBytes", "2MiB"),
      ]).peerSettings())
    #expect(settings.lanes == LaneSet("0-1,5") && settings.tokens == [token, token + "2"])
    #expect(settings.peers.map(\.url) == ["http://10.0.0.2:8320", "https://[::1]:8320"])
    #expect(settings.peers.map(\.lanes.description) == ["2-3", "4"])
    #expect(settings.timeout == .milliseconds(500) && settings.maxReplyBytes == 2 << 20)
  }

  @Test(arguments: [
    ("views.lanes", "0-x"), ("views.lanes", "3-1"), ("views.lanes", ""), ("views.peers", "0-1"),
    ("views.peers", "0-1=ftp://a"), ("views.peers", "=http://a"), ("views.peers", "1=http://a/path"),
    ("views.peers", "1=http://a:99999"), ("views.peerTimeout", "0s"), ("views.maxPeerBytes", "1023KiB"),
    ("views.maxPeerBytes", "2GiB"),
  ])
  func whatIsNotExpectedIsRefused(key: String, value: String) {
    let problem = #expect(throws: ConfigurationProblem.self) {
      try Settings.load(file: nil, environment: [:], flags: [(key, value)])
    }
    #expect(problem?.key == key && problem?.value == value)
  }

  @Test(arguments: [-1, 0, 1])
  func soManyPeersAtMost(offset: Int) throws {
    let peers = (0..<PeerSettings.maxPeers + offset).map { "\($0)=http://p\($0)" }.joined(separator: " ")
    #expect((PeerConfiguration.peers(peers) == nil) == (offset > 0))
  }

  @Test func everyLaneIsSomebodysAndNobodyElses() {
    let (token, peer) = (("peerTokenFile", "t"), "3-5=http://b")
    #expect(problem(("peers", peer), token)?.key == "views.lanes")
    let beyond = problem(("lanes", "0-6"))
    #expect(beyond?.key == "views.lanes" && beyond?.expected == "lanes below partitions, which is 6")
    let missing = problem(("lanes", "0-1"), ("peers", peer), token)
    #expect(missing?.key == "views.peers" && missing?.expected == "a gateway for every lane: nobody has 2")
    #expect(problem(("lanes", "0-1"))?.expected == "a gateway for every lane: nobody has 2-5")
    let twice = problem(("lanes", "0-3"), ("peers", peer), token)
    #expect(twice?.value == peer && twice?.expected.contains("3 are there twice") == true)
    #expect(problem(("lanes", "0-2"), ("peers", "3-6=http://b"), token)?.key == "views.peers")
    #expect(problem(("lanes", "0-2"), ("peers", peer))?.key == "views.peerTokenFile")
  }

  @Test(arguments: [
    "", "short", String(repeating: "t", count: 31), String(repeating: "t", count: 513), "a\nb\nc",
    String(repeating: "t", count: 32) + "ü",
  ])
  func aTokenIsLongEnough(text: String) throws {
    let path = try file(text)
    defer { try? FileManager.default.removeItem(atPath: path) }
    for place in [path, path + "-is-not-there"] {
      let settings = try load([("lanes", "0-2"), ("peers", "3-5=http://b"), ("peerTokenFile", place)])
      let problem = #expect(throws: ConfigurationProblem.self) { try settings.peerSettings() }
      #expect(problem?.key == "views.peerTokenFile" && problem?.value == place)
    }
  }
}
