import EventLog
import Intake
import JourneyModel
import Testing

@testable import Gateway

@Suite struct GatewayMonitorTests {
  private func page(_ monitor: GatewayMonitor) -> SampleLines { SampleLines(monitor) }

  @Test(arguments: [-1, 0, 1])
  func sourcesBeyondTheLimitShareALabel(offset: Int) throws {
    let monitor = GatewayMonitor(budget: ByteBudget(limit: 1))
    let count = GatewayMonitor.maxSources + offset
    for round in 0..<2 {
      for index in 0..<count {
        monitor.note(1, .accepted, source: "bearer-\(index)")
        if round == 0 { monitor.noteRefusal("badEventName", source: "bearer-\(index)") }
      }
    }
    let page = page(monitor)
    #expect(
      page.value("sojourn_ingest_events_total", ["source": "other", "outcome": "accepted"])
        == (offset > 0 ? 2 : nil))
    #expect(page.value("sojourn_ingest_events_total", ["source": "bearer-0", "outcome": "accepted"]) == 2)
    #expect(
      page.value("sojourn_ingest_refused_total", ["source": "other", "reason": "badEventName"])
        == (offset > 0 ? 1 : nil))
  }

  @Test func configuredSourcesHaveLabelsFirst() throws {
    let monitor = GatewayMonitor(budget: ByteBudget(limit: 1), sources: ["shop"])
    for index in 0..<GatewayMonitor.maxSources { monitor.note(1, .shed, source: "bearer-\(index)") }
    monitor.note(3, .shed, source: "shop")
    let page = page(monitor)
    #expect(page.value("sojourn_ingest_events_total", ["source": "shop", "outcome": "shed"]) == 3)
    #expect(page.value("sojourn_ingest_events_total", ["source": "other", "outcome": "shed"]) == 1)
  }

  @Test func clocksAndRulesAreCounted() async throws {
    let scene = GatewayScene()
    let calls = [("07:59:58", "a"), ("09:30:00", "b")].map { time, id in
      #"{"type":"page","anonymousId":"ada","messageId":"\#(id)","timestamp":"2026-01-05T07:00:00.000Z","sentAt":"2026-01-05T\#(time).000Z"}"#
    }
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return calls.map { call -> Int? in
        connection.send(GatewayScene.post(call, path: "/v1/page"))
        return connection.receiveAnswer()?.status
      }
    }
    #expect(statuses == [200, 200])
    let page = page(scene.handler.monitor)
    #expect(page.value("sojourn_ingest_time_rule_total", ["source": "local", "rule": "client"]) == 1)
    #expect(page.value("sojourn_ingest_time_rule_total", ["source": "local", "rule": "corrected"]) == 1)
    // One clock was 2 s behind, as far as one can tell, and one an hour and a half ahead.
    let bucket = "sojourn_ingest_clock_skew_seconds_bucket"
    for (bound, count) in [
      ("-86400", 0.0), ("-3600", 1), ("-1", 1), ("0", 1), ("1", 1), ("10", 2), ("+Inf", 2),
    ] {
      #expect(page.value(bucket, ["le": bound]) == count, "\(bound)")
    }
    #expect(page.value("sojourn_ingest_clock_skew_seconds_sum", [:]) == -5_398.0)
  }
}

/// A page of metrics as a table of its lines.
struct SampleLines {
  private let values: [Substring: Double]

  init(_ monitor: GatewayMonitor) {
    let page = String(decoding: GatewayMetrics(monitor, connections: 0).text, as: UTF8.self)
    let samples = page.split(separator: "\n").filter { !$0.hasPrefix("#") }
    values = Dictionary(
      uniqueKeysWithValues: samples.compactMap { line in
        line.lastIndex(of: " ").flatMap { end in
          Double(line[line.index(after: end)...]).map { (line[..<end], $0) }
        }
      })
  }

  /// The value of a series with the labels in their order; `nil` if it is not there.
  func value(_ name: String, _ labels: KeyValuePairs<String, String>) -> Double? {
    let text = labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
    return values[Substring(text.isEmpty ? name : "\(name){\(text)}")]
  }
}

@Suite struct SkewHistogramTests {
  @Test(arguments: [(Int64(-1), 1), (0, 1), (1, 0)])
  func aBoundBelongsToItsBucket(offset: Int64, within: Int) throws {
    #expect(SkewHistogram.bounds == SkewHistogram.bounds.sorted())
    for bound in SkewHistogram.bounds {
      var histogram = SkewHistogram()
      histogram.note(milliseconds: bound * 1_000 + offset)
      let found = try #require(histogram.cumulative.first { $0.label == "\(bound)" })
      #expect(found.count == within, "\(bound)")
      #expect(histogram.count == 1)
    }
  }

  @Test func noDifferenceIsTooLarge() {
    var histogram = SkewHistogram()
    histogram.note(milliseconds: .max)
    histogram.note(milliseconds: .min)
    #expect(histogram.count == 2)
    #expect(histogram.cumulative.map(\.count) == Array(repeating: 1, count: SkewHistogram.bounds.count))
  }
}
