internal import JourneyModel

/// FNV-1a over what a definition says: it stands in stored state.
struct ContentDigest {
  private var digest = FNV1a()

  var value: UInt64 { digest.value }

  mutating func add(_ byte: UInt8) { digest.add(byte) }

  mutating func add(_ number: Int) {
    for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  mutating func add(_ number: UInt64) { add(Int(bitPattern: UInt(number))) }

  mutating func add(_ text: String) {
    add(text.utf8.count)
    for byte in text.utf8 { add(byte) }
  }

  mutating func add(_ rule: Rule) {
    add(rule.isOrdered ? 1 : 0)
    add(rule.context.count)
    for pattern in rule.context { add(pattern.criteria) }
    add(rule.journey.count)
    for pattern in rule.journey {
      add(pattern.criteria)
      add(pattern.count)
      add(pattern.stream.name)
      add(pattern.sessionType)
      add(pattern.eventName.map { "=" + $0 } ?? "")
    }
  }

  private mutating func add(_ criteria: [Criterion]) {
    add(criteria.count)
    for criterion in criteria {
      add(criterion.key)
      add(criterion.operator.rawValue)
      add(criterion.shouldIgnoreCase ? 1 : 0)
      add(criterion.values.count)
      for value in criterion.values { add(value) }
    }
  }
}
