/// The tokens of one session after another: reused from event to event, so that none asks for memory.
package struct TokenCollector: Sendable {
  /// What was collected last: ascending, each once.
  package private(set) var tokens: [Token] = []
  /// As features are told. Not on the stack: there each write would copy all of it.
  private var told: [UInt32] = Array(repeating: 0, count: FeatureLimits.features)
  private var sorted: [UInt32] = Array(repeating: 0, count: FeatureLimits.features)

  package init() {}

  /// Collects the tokens of all features that hold now.
  ///
  /// - Parameter segments: digests of the ids of segments that are assigned.
  package mutating func collect(_ state: PredictionState, segments: borrowing [UInt32]) {
    // Taken out, as to lend it from an object copies it.
    var features = FeatureState()
    swap(&features, &state.features)
    collect(features, segments: segments)
    swap(&features, &state.features)
  }

  /// As above, of features that belong to no session.
  package mutating func collect(_ features: borrowing FeatureState, segments: borrowing [UInt32]) {
    var count = 0
    features.forEachFeature(segments: segments) { feature in
      told[count] = feature.token.bits
      count += 1
    }
    TokenCollector.sort(told, count, into: &sorted)
    TokenCollector.take(sorted, count, into: &tokens)
  }

  /// How many of a token's bits name its bucket.
  private static let bucketBits: UInt32 = 6

  /// Sorts what was told. Tokens are digests, so each bucket of their top bits gets about one of them.
  private static func sort(_ told: borrowing [UInt32], _ count: Int, into target: inout [UInt32]) {
    precondition(count <= FeatureLimits.features)
    let shift = 32 - bucketBits
    var ends = InlineArray<64, UInt8>(repeating: 0)
    var sorted = target.mutableSpan
    for index in 0..<count { ends[Int(told[index] >> shift)] &+= 1 }
    var end: UInt8 = 0
    for bucket in 0..<64 {
      end &+= ends[bucket]
      ends[bucket] = end
    }
    for index in 0..<count {
      let bucket = Int(told[index] >> shift)
      ends[bucket] &-= 1
      sorted[Int(ends[bucket])] = told[index]
    }
    // Within the buckets.
    for index in 0..<count {
      let token = sorted[index]
      var place = index
      while place > 0, sorted[place - 1] > token {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      if place < index { sorted[place] = token }
    }
  }

  /// Leaves out repetitions, which stand side by side.
  private static func take(_ sorted: borrowing [UInt32], _ count: Int, into tokens: inout [Token]) {
    // None is 0.
    var last: UInt32 = 0
    var kept = 0
    for index in 0..<count {
      if sorted[index] != last { kept += 1 }
      last = sorted[index]
    }
    if kept < tokens.count { tokens.removeLast(tokens.count - kept) }
    while tokens.count < kept { tokens.append(Token(Feature(.last, 0))) }
    var target = tokens.mutableSpan
    last = 0
    kept = 0
    for index in 0..<count where sorted[index] != last {
      last = sorted[index]
      guard let token = Token(bits: last) else { continue }
      target[kept] = token
      kept += 1
    }
  }
}
