/// Writes the Prometheus text format, version 0.0.4.
package struct MetricsText {
  package enum Kind: String { case counter, gauge, histogram }

  package private(set) var bytes: [UInt8] = []
  private var name = ""

  /// Creates an empty page.
  package init() { bytes.reserveCapacity(16_384) }

  /// Begins a family; its samples follow. `name` has the base unit in it.
  package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    append("# HELP \(name) \(MetricsText.escaped(help, quotes: false))\n")
    append("# TYPE \(name) \(kind.rawValue)\n")
  }

  package mutating func sample(_ value: Int) { line([], "\(value)") }

  package mutating func sample(_ value: Double) { line([], MetricsText.number(value)) }

  package mutating func sample(_ labels: [(String, String)], _ value: Int) { line(labels, "\(value)") }

  package mutating func sample(_ labels: [(String, String)], _ value: Double) {
    line(labels, MetricsText.number(value))
  }

  /// A histogram's buckets, sum in seconds, and count.
  package mutating func histogram(_ histogram: DurationHistogram, labels: [(String, String)] = []) {
    self.histogram(
      histogram.cumulative, sum: histogram.sum.secondsValue, count: histogram.count, labels: labels)
  }

  /// A histogram by its buckets, each with the counts of those before it.
  mutating func histogram(
    _ buckets: [(label: String, count: Int)], sum: Double, count: Int, labels: [(String, String)] = []
  ) {
    for bucket in buckets {
      line(labels + [("le", bucket.label)], suffix: "_bucket", "\(bucket.count)")
    }
    line(labels + [("le", "+Inf")], suffix: "_bucket", "\(count)")
    line(labels, suffix: "_sum", MetricsText.number(sum))
    line(labels, suffix: "_count", "\(count)")
  }

  private mutating func line(_ labels: [(String, String)], suffix: String = "", _ value: String) {
    append(name)
    append(suffix)
    if !labels.isEmpty {
      append("{")
      for (index, label) in labels.enumerated() {
        if index > 0 { append(",") }
        append("\(label.0)=\"\(MetricsText.escaped(label.1, quotes: true))\"")
      }
      append("}")
    }
    append(" \(value)\n")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Backslash and line feed, and in label values the quote, are escaped; nothing else may be.
  static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return "\(value)"
  }
}
