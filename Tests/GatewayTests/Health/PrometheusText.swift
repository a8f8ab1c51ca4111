/// Reads the Prometheus text format, as strictly as promtool: whatever it would refuse or warn of is an error
/// here.
struct PrometheusText {
  struct Sample: Hashable {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  struct Family {
    var name: String
    var kind: String
    var help: String
    var samples: [Sample] = []
  }

  struct Problem: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  private(set) var families: [Family] = []

  /// The value of the series with exactly these labels.
  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    families.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
  }

  func family(_ name: String) -> Family? { families.first { $0.name == name } }

  init(_ bytes: [UInt8]) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem("not UTF-8") }
    guard text.hasSuffix("\n") else { throw Problem("the last line does not end") }
    var seen: Set<String> = []
    var series: Set<Sample> = []
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("# HELP ") {
        let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Problem("no help: \(line)") }
        guard seen.insert(parts[0]).inserted else { throw Problem("twice: \(line)") }
        families.append(Family(name: parts[0], kind: "", help: parts[1]))
      } else if line.hasPrefix("# TYPE ") {
        let parts = line.dropFirst(7).split(separator: " ").map(String.init)
        guard parts.count == 2, families.last?.name == parts[0], families.last?.kind == "",
          ["counter", "gauge", "histogram"].contains(parts[1])
        else { throw Problem("type without help, or unknown: \(line)") }
        families[families.count - 1].kind = parts[1]
      } else {
        let sample = try PrometheusText.sample(line)
        guard let family = families.last, !family.kind.isEmpty else { throw Problem("no family: \(line)") }
        let names =
          family.kind == "histogram" ? ["_bucket", "_sum", "_count"].map { family.name + $0 } : [family.name]
        guard names.contains(sample.name) else { throw Problem("not of family \(family.name): \(line)") }
        var key = sample
        key.value = 0
        guard series.insert(key).inserted else { throw Problem("the same series twice: \(line)") }
        families[families.count - 1].samples.append(sample)
      }
    }
    for family in families { try PrometheusText.check(family) }
  }

  private static func check(_ family: Family) throws {
    guard family.name.wholeMatch(of: /[a-z_][a-z0-9_]*/) != nil else { throw Problem("name \(family.name)") }
    guard (family.kind == "counter") == family.name.hasSuffix("_total") else {
      throw Problem("\(family.name): counters end in _total, nothing else does")
    }
    guard family.kind == "counter" || !family.samples.contains(where: { $0.value.isNaN }) else {
      throw Problem("\(family.name) is not a number")
    }
    if family.kind == "counter", let negative = family.samples.first(where: { $0.value < 0 }) {
      throw Problem("a negative counter: \(negative)")
    }
    // All samples of one suffix have the same label names.
    for group in Dictionary(grouping: family.samples, by: \.name).values {
      guard Set(group.map { $0.labels.keys.sorted() }).count == 1 else {
        throw Problem("\(family.name): other label names in one family")
      }
    }
    guard family.kind == "histogram" else { return }
    let buckets = family.samples.filter { $0.name.hasSuffix("_bucket") }
    let bounds = buckets.compactMap { $0.labels["le"] }.map {
      $0 == "+Inf" ? Double.infinity : Double($0) ?? .nan
    }
    guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity else {
      throw Problem("\(family.name): bounds \(bounds)")
    }
    let counts = buckets.map(\.value)
    guard counts == counts.sorted() else {
      throw Problem("\(family.name): buckets \(counts) are not cumulative")
    }
    guard counts.last == family.samples.first(where: { $0.name.hasSuffix("_count") })?.value else {
      throw Problem("\(family.name): the last bucket is not the count")
    }
    guard family.samples.contains(where: { $0.name.hasSuffix("_sum") }) else {
      throw Problem("\(family.name): no sum")
    }
  }

  private static func sample(_ line: String) throws -> Sample {
    var rest = Substring(line)
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while rest.first != "}" {
        let label = rest.prefix { $0.isLetter || $0 == "_" }
        rest = rest.dropFirst(label.count)
        guard !label.isEmpty, rest.hasPrefix("=\"") else { throw Problem("label: \(line)") }
        rest = rest.dropFirst(2)
        var value = ""
        while let character = rest.first, character != "\"" {
          rest = rest.dropFirst()
          guard character == "\\" else {
            value.append(character)
            continue
          }
          switch rest.first {
          case "n": value.append("\n")
          case "\\": value.append("\\")
          case "\"": value.append("\"")
          default: throw Problem("escape: \(line)")
          }
          rest = rest.dropFirst()
        }
        guard rest.first == "\"", labels.updateValue(value, forKey: String(label)) == nil else {
          throw Problem("label value: \(line)")
        }
        rest = rest.dropFirst()
        if rest.first == "," { rest = rest.dropFirst() } else if rest.first != "}" { throw Problem(line) }
      }
      rest = rest.dropFirst()
    }
    guard !name.isEmpty, rest.first == " ", let value = Double(rest.dropFirst()) else {
      throw Problem("value: \(line)")
    }
    return Sample(name: String(name), labels: labels, value: value)
  }
}
