/// The live streams' part of the page that Prometheus reads.
package struct LiveMetrics {
  private let streams: Int
  private let resyncs: Int

  /// Reads what is known now.
  package init(_ hub: LiveHub) { (streams, resyncs) = (hub.streams, hub.resynced) }

  /// The families.
  package var text: [UInt8] {
    var page = MetricsText()
    page.family("sojourn_live_streams", .gauge, "Streams of who follows sessions.")
    page.sample(streams)
    page.family(
      "sojourn_live_resyncs_total", .counter,
      "Times that somebody who follows sessions was too far behind and was told to ask anew.")
    page.sample(resyncs)
    return page.bytes
  }
}
