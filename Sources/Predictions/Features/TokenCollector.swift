/// The tokens of one session after another: reused from event to event, so that none asks for memory.
package struct TokenCollector: Sendable {
  /// What the newest event changed of its session's tokens.
  package private(set) var difference = TokenDifference()
  /// As features are told. Not on the stack: there each write would copy all of it.
  private var told: [UInt32] = Array(repeating: 0, count: FeatureLimits.features)
  private var sorted: [UInt32] = Array(repeating: 0, count: FeatureLimits.features)
  /// The first `count` are the set that was made last: ascending, each once.
  private var set: [Token] = Array(repeating: Token(Feature(.last, 0)), count: FeatureLimits.features)
  private var count = 0

  package init() {}

  /// Brings a session's tokens up to its features, after an event that was folded into it, and has its
  /// example take what has changed.
  ///
  /// - Parameters:
  ///   - changes: what the event changed of the features.
  ///   - segments: digests of the ids of segments that are assigned.
  package mutating func follow(
    _ state: PredictionState, _ changes: inout FeatureChanges, segments: borrowing [UInt32]
  ) {
    update(state, &changes, segments: segments)
    state.draft?.take(&difference)
  }

  private mutating func update(
    _ state: PredictionState, _ changes: inout FeatureChanges, segments: borrowing [UInt32]
  ) {
    if state.isFollowed, !changes.isWhole, state.hasSegments(segments) {
      changes.settle()
      difference.begin()
      let isMerged = TokenCollector.merge(
        changes, state.tokens, into: &set, &count, &difference.added, &difference.addedCount,
        &difference.removed, &difference.places, &difference.removedCount)
      if isMerged {
        return TokenCollector.replace(&state.tokens, set, count)
      }
    }
    // Taken out, as to lend it from an object copies it.
    var features = FeatureState()
    swap(&features, &state.features)
    state.isFollowed = collect(features, segments: segments)
    swap(&features, &state.features)
    state.keep(segments: segments)
    difference.take(from: state.tokens, to: set, count)
    TokenCollector.replace(&state.tokens, set, count)
  }

  /// The tokens of all features that hold now, ascending, each once.
  package mutating func tokens(
    of features: borrowing FeatureState, segments: borrowing [UInt32]
  ) -> [Token] {
    _ = collect(features, segments: segments)
    return Array(set[..<count])
  }

  /// Collects the tokens of all features that hold now.
  ///
  /// - Returns: whether each is that of one feature only: then a feature that goes takes its token with it.
  private mutating func collect(_ features: borrowing FeatureState, segments: borrowing [UInt32]) -> Bool {
    var count = 0
    features.forEachFeature(segments: segments) { feature in
      told[count] = feature.token.bits
      count += 1
    }
    TokenCollector.sort(told, count, into: &sorted)
    self.count = TokenCollector.take(sorted, count, into: &set)
    return self.count == count
  }

  /// Adds what has changed to a set, and leaves out what is gone. What is in both stays: tokens are digests,
  /// and two features may have one.
  ///
  /// - Returns: whether each token is that of one feature only; if not, nothing that was made counts.
  private static func merge(
    _ changes: borrowing FeatureChanges, _ tokens: borrowing [Token], into target: inout [Token],
    _ count: inout Int, _ added: inout [Token], _ addedCount: inout Int, _ removed: inout [Token],
    _ places: inout [UInt8], _ removedCount: inout Int
  ) -> Bool {
    guard tokens.count + changes.addedCount <= target.count else { return false }
    let tokens = tokens.span
    var target = target.mutableSpan
    var added = added.mutableSpan
    var removed = removed.mutableSpan
    var places = places.mutableSpan
    var (place, next, gone, kept) = (0, 0, 0, 0)
    // The marks behind the last ones come true at no token.
    var (new, old) = (changes.added[0], changes.removed[0])
    while true {
      // What stays in between.
      while place < tokens.count, tokens[place].bits < new, tokens[place].bits != old {
        target[kept] = tokens[place]
        (place, kept) = (place + 1, kept + 1)
      }
      // What comes before it is added first: it may be the last thing before the token itself comes again.
      if place < tokens.count, tokens[place].bits == old, old <= new {
        if new == old {
          target[kept] = tokens[place]
          kept += 1
          next += 1
          guard changes.added[next] > new else { return false }
          new = changes.added[next]
        } else {
          removed[removedCount] = tokens[place]
          places[removedCount] = UInt8(truncatingIfNeeded: place)
          removedCount += 1
        }
        place += 1
        gone += 1
        old = changes.removed[gone]
        continue
      }
      guard next < changes.addedCount, let token = Token(bits: new) else { break }
      // It is there already.
      if place < tokens.count, tokens[place] == token { return false }
      added[addedCount] = token
      addedCount += 1
      target[kept] = token
      kept += 1
      next += 1
      guard changes.added[next] > new else { return false }
      new = changes.added[next]
    }
    count = kept
    guard gone == changes.removedCount else { return false }
    return place == tokens.count
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
  ///
  /// - Returns: how many are left.
  private static func take(_ sorted: borrowing [UInt32], _ count: Int, into tokens: inout [Token]) -> Int {
    var target = tokens.mutableSpan
    // None is 0.
    var last: UInt32 = 0
    var kept = 0
    for index in 0..<count where sorted[index] != last {
      last = sorted[index]
      guard let token = Token(bits: last) else { continue }
      target[kept] = token
      kept += 1
    }
    return kept
  }

  /// Element by element: to share the array would have the next event make another one.
  private static func replace(_ tokens: inout [Token], _ set: borrowing [Token], _ count: Int) {
    let kept = min(tokens.count, count)
    if tokens.count > kept { tokens.removeLast(tokens.count - kept) }
    var span = tokens.mutableSpan
    for index in 0..<kept { span[index] = set[index] }
    guard count > kept else { return }
    // A session's first ones at once; later a quarter more, as an array that grows doubles.
    if count > tokens.capacity { tokens.reserveCapacity(kept == 0 ? count : count + count / 4) }
    for index in kept..<count { tokens.append(set[index]) }
  }
}
