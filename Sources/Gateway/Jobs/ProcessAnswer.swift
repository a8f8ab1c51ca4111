internal import Bytes
internal import Synchronization

/// How the processor of the same process is; `nil` while none is known.
package final class SharedReadiness: Sendable {
  private let pages = Mutex<(any HealthAnswering)?>(nil)

  package init() {}

  /// Whom to ask from now on.
  package func follow(_ pages: any HealthAnswering) { self.pages.withLock { $0 = pages } }

  /// What `/readyz` answers.
  var answer: HealthAnswer? { pages.withLock { $0 }?.ready() }
}

/// What this process says of itself: whether its processor is ready, what became of the events of each
/// source, how requests were answered, and how far the clocks of clients are off.
struct ProcessAnswer: Sendable {
  let monitor: GatewayMonitor
  let readiness: SharedReadiness?

  /// One JSON object.
  var body: [UInt8] {
    let facts = monitor.read()
    var answer = JSONObject()
    if let ready = readiness?.answer {
      answer.add("isReady", ready.status == 200)
      answer.add("readiness", json: ready.body.filter { $0 != ASCII.newline })
    }
    answer.add("isLogAway", facts.isLogAway)
    answer.add("sources", list: sources(facts))
    var statuses: [Int: Int] = [:]
    for (answered, count) in facts.answers { statuses[answered.status, default: 0] += count }
    answer.add(
      "statuses",
      list: statuses.sorted { $0.key < $1.key }.map { status, count in
        var entry = JSONObject()
        entry.add("status", status)
        entry.add("count", count)
        return entry.closed
      })
    answer.add("skews", list: skews(facts.skews))
    return answer.closed + [ASCII.newline]
  }

  /// Events of each source by what became of them, and the clocks that their times are from.
  private func sources(_ facts: GatewayMonitor.Facts) -> [[UInt8]] {
    let names = Set(facts.events.keys.map(\.source)).union(facts.timeRules.keys.map(\.source))
    return names.sorted().map { name in
      var entry = JSONObject()
      entry.add("source", name)
      entry.add("events", json: ProcessAnswer.counts(facts.events, of: name))
      entry.add("times", json: ProcessAnswer.counts(facts.timeRules, of: name))
      return entry.closed
    }
  }

  private static func counts(_ all: [GatewayMonitor.Facts.Counted: Int], of source: String) -> [UInt8] {
    var counts = JSONObject()
    for (counted, count) in all.filter({ $0.key.source == source }).sorted(by: { $0.key.label < $1.key.label }
    ) {
      counts.add(counted.label, count)
    }
    return counts.closed
  }

  /// How many events of which the client's clock was so many seconds behind the server's at most, and more
  /// than the bound before.
  private func skews(_ histogram: SkewHistogram) -> [[UInt8]] {
    var before = 0
    var entries: [[UInt8]] = []
    for (label, count) in histogram.cumulative {
      var entry = JSONObject()
      entry.add("seconds", json: Array(label.utf8))
      entry.add("count", count - before)
      before = count
      entries.append(entry.closed)
    }
    var rest = JSONObject()
    rest.add("count", histogram.count - before)
    return entries + [rest.closed]
  }
}
