import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// What one run cost.
struct Measurement: Sendable {
  var events: Int
  var bytes: Int
  var seconds: Double
  var cpuSeconds: Double
  /// Largest resident set of the process so far, in bytes; `nil` where it would not be this run's.
  var peakBytes: Int?

  /// Runs a body and measures this process.
  static func of(events: Int, bytes: Int, _ body: () async throws -> Void) async rethrows -> Measurement {
    let cpu = cpuSeconds(.own)
    let start = ContinuousClock.now
    try await body()
    let elapsed = ContinuousClock.now - start
    return Measurement(
      events: events, bytes: bytes, seconds: seconds(elapsed), cpuSeconds: cpuSeconds(.own) - cpu,
      peakBytes: peakBytes(.own))
  }

  /// Whose resources are asked for.
  enum Who: Int32 {
    case own = 0
    case children = -1
  }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  /// User and system time of this process or of its ended children.
  static func cpuSeconds(_ who: Who) -> Double {
    var usage = rusage()
    getrusage(who.rawValue, &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  static func peakBytes(_ who: Who) -> Int {
    var usage = rusage()
    getrusage(who.rawValue, &usage)
    return usage.ru_maxrss * 1_024
  }
}

/// What part of the rate of other runs some runs keep, round by round: two runs of one round have met the
/// same minute of the machine.
struct Share {
  /// By round, ascending.
  private let rounds: [Double]

  /// - Returns: `nil` without a round in which both ran.
  init?(of runs: [Measurement], among others: [Measurement]) {
    func rate(_ run: Measurement) -> Double { Double(run.events) / run.seconds }
    rounds = zip(runs, others).map { rate($0) / rate($1) }.sorted()
    if rounds.isEmpty { return nil }
  }

  /// - Parameter other: what the other run of each round is called.
  func text(of other: String) -> String {
    func percent(_ share: Double) -> String { String(format: "%.1f", share * 100) }
    return
      "keeps \(percent(rounds[rounds.count / 2])) % of the rate of \(other) in the median of \(rounds.count)"
      + " rounds (\(percent(rounds[0])) … \(percent(rounds[rounds.count - 1])))"
  }
}

/// Rows of medians.
struct ResultTable {
  private var rows: [[String]] = [
    ["stage", "events/s", "MB/s", "CPU s / million", "peak RSS MB", "runs (events/s)"]
  ]

  var isEmpty: Bool { rows.count == 1 }

  mutating func add(_ name: String, _ runs: [Measurement]) {
    guard !runs.isEmpty else { return }
    func median(_ value: (Measurement) -> Double) -> Double {
      let sorted = runs.map(value).sorted()
      return sorted[sorted.count / 2]
    }
    let rates = runs.map { Double($0.events) / $0.seconds }.sorted()
    rows.append([
      name,
      whole(median { Double($0.events) / $0.seconds }),
      whole(median { Double($0.bytes) / 1e6 / $0.seconds }),
      String(format: "%.2f", median { $0.cpuSeconds / Double($0.events) * 1e6 }),
      runs.compactMap(\.peakBytes).max().map { whole(Double($0) / 1e6) } ?? "–",
      "\(whole(rates.first ?? 0)) … \(whole(rates.last ?? 0)), n=\(runs.count)",
    ])
  }

  func text() -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      "| "
        + row.enumerated().map { column, cell in
          let padding = String(repeating: " ", count: widths[column] - cell.count)
          return column == 0 || column == row.count - 1 ? cell + padding : padding + cell
        }.joined(separator: " | ") + " |"
    }.joined(separator: "\n")
  }

  private func whole(_ value: Double) -> String {
    let digits = String(Int(value.rounded()))
    var text = ""
    for (index, digit) in digits.reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
