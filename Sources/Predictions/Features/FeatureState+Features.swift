internal import JourneyModel

extension FeatureState {
  /// Names beyond the bound, as one. A digest like any other.
  static let other = Mixing.digest("*")

  /// Tells every feature that holds now, each once, in a fixed order.
  ///
  /// - Parameter segments: digests of the ids of segments that are assigned; the first
  ///   `FeatureLimits.segments` count.
  // Inlined, so that tokens are made without a call for each feature.
  @inline(__always)
  package func forEachFeature(segments: borrowing [UInt32] = [], _ body: (Feature) -> Void) {
    guard eventCount > 0 else { return }
    for fact in facts { body(Feature(.fact, UInt32(fact.slot.rawValue), fact.value)) }
    tellStart(body)
    for entry in names { body(FeatureState.count(entry.name, Int(entry.count))) }
    if otherNames > 0 { body(FeatureState.count(FeatureState.other, Int(otherNames))) }
    body(Feature(.last, lastName))
    body(Feature(.bigram, previousName, lastName))
    for prefix in page { body(Feature(.page, prefix)) }
    for prefix in seen { body(Feature(.seen, prefix)) }
    tellAttributes(body)
    body(Feature(.gap, gap))
    body(Feature(.elapsed, elapsed))
    body(Feature(.position, UInt32(Steps.position(eventCount))))
    let paired = min(names.count, FeatureLimits.pairedNames)
    for right in 0..<paired {
      for left in 0..<right {
        body(FeatureState.pair(names[left].name, names[right].name))
      }
    }
    for index in 0..<min(segments.count, FeatureLimits.segments) { body(Feature(.segment, segments[index])) }
  }

  @inline(__always)
  static func count(_ name: UInt32, _ count: Int) -> Feature {
    Feature(.count, name, UInt32(Steps.count(count)))
  }

  @inline(__always)
  static func pair(_ one: UInt32, _ other: UInt32) -> Feature {
    Feature(.pair, min(one, other), max(one, other))
  }

  /// Weekday and hours of the first event, in UTC.
  @inline(__always)
  private func tellStart(_ body: (Feature) -> Void) {
    let hours = firstTime.milliseconds / 3_600_000
    // 1970-01-01 was a Thursday. Admitted times are not negative.
    body(Feature(.fact, UInt32(FactSlot.weekday.rawValue), UInt32((hours / 24 + 4) % 7)))
    body(Feature(.fact, UInt32(FactSlot.hours.rawValue), UInt32(hours % 24 / 3)))
  }

  @inline(__always)
  private func tellAttributes(_ body: (Feature) -> Void) {
    for attribute in attributes {
      switch attribute.value {
      case .text(let text): body(Feature(.attribute, attribute.name, text))
      case .number(let magnitude):
        body(Feature(.octave, attribute.name, magnitude.octaveCode))
        body(Feature(.quarter, attribute.name, magnitude.quarterCode))
      }
    }
  }

  /// The tokens of all features, ascending, each once.
  package func tokens(segments: borrowing [UInt32] = []) -> [Token] {
    var collector = TokenCollector()
    return collector.tokens(of: self, segments: segments)
  }
}
