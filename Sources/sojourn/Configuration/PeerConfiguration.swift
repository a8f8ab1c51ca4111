import Foundation
import Gateway
import JourneyModel
import Processor
import Views

/// Which lanes the view of this process has, and which gateways have the others.
struct PeerConfiguration: Sendable {
  /// `nil` for all.
  var lanes: LaneSet?
  var peers: [Peer] = []
  /// The path of a file with the token of peers; empty for none.
  var tokenFile = ""
  var timeout: Duration = .seconds(2)
  var maxReplyBytes = 67_108_864

  /// `LANES=URL`, with blanks between them.
  static func peers(_ text: String) -> [Peer]? {
    let peers = text.split(separator: " ").map { part -> Peer? in
      let halves = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard halves.count == 2, let lanes = LaneSet(halves[0]) else { return nil }
      let url = halves[1]
      guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }),
        ConfigurationKey.isAuthority(String(url.dropFirst(scheme.count)))
      else { return nil }
      return Peer(url: url, lanes: lanes)
    }
    let known = peers.compactMap { $0 }
    return known.count == peers.count && known.count <= PeerSettings.maxPeers ? known : nil
  }
}

extension Settings {
  /// Refuses lanes that nobody has, or several, and peers that could not prove who they are.
  func checkPeers() throws {
    let (peers, partitions) = (views.peering.peers, processor.lanes.partitions)
    let all = LaneSet(LaneNumber.all(of: partitions))
    guard let own = views.peering.lanes else {
      guard peers.isEmpty else {
        throw gateway.problem(
          "views.lanes", "all", "the lanes of this process, such as 0-3, as views.peers have others")
      }
      return
    }
    let beyond = own.subtracting(all)
    guard beyond.isEmpty else {
      throw gateway.problem("views.lanes", "\(own)", "lanes below partitions, which is \(partitions)")
    }
    var known = own
    for peer in peers {
      let shown = "\(peer.lanes)=\(peer.url)"
      let twice = known.intersection(peer.lanes)
      guard twice.isEmpty else {
        throw gateway.problem("views.peers", shown, "lanes that nobody else has: \(twice) are there twice")
      }
      guard peer.lanes.subtracting(all).isEmpty else {
        throw gateway.problem("views.peers", shown, "lanes below partitions, which is \(partitions)")
      }
      known = known.union(peer.lanes)
    }
    let missing = all.subtracting(known)
    guard missing.isEmpty else {
      throw gateway.problem(
        "views.peers", peers.map { "\($0.lanes)=\($0.url)" }.joined(separator: " "),
        "a gateway for every lane: nobody has \(missing)")
    }
    guard peers.isEmpty || !views.peering.tokenFile.isEmpty else {
      throw gateway.problem(
        "views.peerTokenFile", "", "the path of a file with a token, as there are views.peers")
    }
  }

  /// How lanes are shared; `nil` if the view has all of them. Reads the file of the token.
  func peerSettings() throws -> PeerSettings? {
    try checkPeers()
    guard let lanes = views.peering.lanes, !views.peering.peers.isEmpty else { return nil }
    var settings = PeerSettings(lanes: lanes, peers: views.peering.peers, tokens: try peerTokens())
    settings.timeout = views.peering.timeout
    settings.maxReplyBytes = views.peering.maxReplyBytes
    return settings
  }

  /// One a line: the first is shown to peers, each is taken from them.
  private func peerTokens() throws -> [String] {
    let path = views.peering.tokenFile
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: SecretFile.maxBytes + 1)
    else { throw gateway.problem("views.peerTokenFile", path, "a readable file of one token a line") }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard data.count <= SecretFile.maxBytes, (1...2).contains(lines.count),
      lines.allSatisfy({ line in
        PeerSettings.tokenLength.contains(line.utf8.count)
          && line.utf8.allSatisfy { (0x21...0x7e).contains($0) }
      })
    else {
      throw gateway.problem(
        "views.peerTokenFile", path,
        "1 or 2 tokens, one a line, of \(PeerSettings.tokenLength.lowerBound) to "
          + "\(PeerSettings.tokenLength.upperBound) printable characters each")
    }
    return lines
  }
}

extension ConfigurationKey {
  /// How lanes are shared among gateways.
  static let peering: [ConfigurationKey] = [
    ConfigurationKey("views.lanes", "all, or lanes such as 0-3 or 0,2,8-11") { settings, text in
      guard text != "all" else {
        settings.views.peering.lanes = nil
        return true
      }
      guard let lanes = LaneSet(text) else { return false }
      settings.views.peering.lanes = lanes
      return true
    },
    ConfigurationKey(
      "views.peers",
      "LANES=URL such as 4-7=http://10.0.0.2:8320, \(PeerSettings.maxPeers) at most, blanks between them, or nothing"
    ) { settings, text in
      guard let peers = PeerConfiguration.peers(text) else { return false }
      settings.views.peering.peers = peers
      return true
    },
    .path("views.peerTokenFile", \.views.peering.tokenFile),
    .duration("views.peerTimeout", \.views.peering.timeout),
    .size("views.maxPeerBytes", 1_048_576...1_073_741_824, \.views.peering.maxReplyBytes),
  ]
}
