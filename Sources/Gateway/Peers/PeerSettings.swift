internal import Crypto
package import Views

/// Another gateway, whose view has lanes that the one of this process has not.
package struct Peer: Sendable, Hashable {
  /// `http://` or `https://`, host and port, without a path.
  package var url: String
  package var lanes: LaneSet

  package init(url: String, lanes: LaneSet) { (self.url, self.lanes) = (url, lanes) }
}

/// How gateways that share the lanes ask each other.
package struct PeerSettings: Sendable {
  /// Least characters of a token of peers.
  package static let tokenLength = 32...512
  /// Most peers.
  package static let maxPeers = 64

  /// Lanes of this process' view.
  package var lanes: LaneSet
  package var peers: [Peer]
  /// What peers prove themselves with: the first is shown, each is taken.
  package var tokens: [String]
  /// How long a peer may take to answer a question, beside what it waits for the events of a token.
  package var timeout: Duration = .seconds(2)
  /// Largest answer of a peer in bytes.
  package var maxReplyBytes = 67_108_864

  package init(lanes: LaneSet, peers: [Peer], tokens: [String]) {
    (self.lanes, self.peers, self.tokens) = (lanes, peers, tokens)
  }

  /// Whether a token is one of the peers'. Digests are compared: how long that takes says nothing of a token.
  func takes(_ token: String) -> Bool {
    let shown = Array(SHA256.hash(data: Array(token.utf8)))
    return tokens.map { Array(SHA256.hash(data: Array($0.utf8))) == shown }.contains(true)
  }
}
