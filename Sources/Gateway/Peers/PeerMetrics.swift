/// The peers' part of the page that Prometheus reads.
package struct PeerMetrics {
  private let counts: [PeerCount]

  /// Reads what is known now.
  package init(_ peers: PeerGroup) { counts = peers.counted }

  /// The families.
  package var text: [UInt8] {
    var page = MetricsText()
    page.family(
      "sojourn_peer_requests_total", .counter,
      "Questions to gateways that share the lanes, by what came of them.")
    for count in counts {
      page.sample([("peer", count.peer.url), ("outcome", "answered")], count.answered)
      page.sample([("peer", count.peer.url), ("outcome", "failed")], count.failed)
    }
    return page.bytes
  }
}
