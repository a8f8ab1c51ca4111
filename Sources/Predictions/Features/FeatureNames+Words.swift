/// Subjects of contributions in words.
extension FeatureNames {
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// What a row is about, in words, at the event that was taken last.
  package func words(for subject: Contributions.Subject) -> String {
    switch subject {
    case .events(let name): self.name(name)
    case .number(let attribute): "attribute \(text(attribute)) \(numbers[attribute] ?? "a number")"
    case .feature(let feature): words(for: feature)
    }
  }

  private func words(for feature: Feature) -> String {
    let (first, second) = (feature.first, feature.second)
    switch feature.family {
    case .fact: return fact(first, second)
    case .count: return "\(name(first)), \(FeatureNames.step(second, of: Steps.counts))"
    case .last: return "newest is \(name(first))"
    case .bigram: return first == 0 ? "begins with \(name(second))" : "\(name(second)) after \(name(first))"
    case .page: return "is on \(text(first))"
    case .seen: return "was on \(text(first))"
    case .attribute: return "attribute \(text(first)) '\(text(second))'"
    case .octave, .quarter: return words(for: .number(first))
    case .gap: return "\(FeatureNames.seconds(first)) since the event before"
    case .elapsed: return "\(FeatureNames.seconds(first)) since the first event"
    case .position: return "events: \(FeatureNames.step(first, of: Steps.positions))"
    case .pair: return "\(name(first)) with \(name(second))"
    case .segment: return "segment \(text(first))"
    }
  }

  private func fact(_ slot: UInt32, _ value: UInt32) -> String {
    guard let known = UInt8(exactly: slot).flatMap(FactSlot.init(rawValue:)) else { return text(value) }
    switch known {
    case .weekday:
      let day = FeatureNames.weekdays.indices.contains(Int(value)) ? FeatureNames.weekdays[Int(value)] : ""
      return "began on a \(day), UTC"
    case .hours: return "began from \(3 * Int(value)):00 to \(3 * Int(value) + 3):00, UTC"
    default: return "\(known) '\(text(value))'"
    }
  }

  /// An event's name; names beyond the bound are one.
  private func name(_ digest: UInt32) -> String {
    let text = text(digest)
    return text == "*" ? "other names" : text
  }

  /// A text, or its digest where nobody knows the text any more.
  private func text(_ digest: UInt32) -> String {
    if let text = texts[digest] { return text }
    let digits = String(digest, radix: 16)
    return "#" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// From a step to the next one.
  private static func step(_ bucket: UInt32, of steps: [Int]) -> String {
    guard steps.indices.contains(Int(bucket)) else { return "" }
    let (from, next) = (steps[Int(bucket)], Int(bucket) + 1)
    guard next < steps.count else { return "\(from) or more" }
    return steps[next] == from + 1 ? "\(from)" : "\(from) to \(steps[next] - 1)"
  }

  /// The seconds of an octave.
  private static func seconds(_ octave: UInt32) -> String {
    switch octave {
    case 0: return "less than 1 s"
    case 1: return "1 s"
    case 2..<63: return "\(1 << (octave - 1) as Int) to \((1 << octave as Int) - 1) s"
    default: return "very long"
    }
  }
}
