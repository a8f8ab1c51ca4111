internal import JourneyModel

/// What one event changed of a session's features, as tokens: a few of them, where the session has some
/// forty. Reused from event to event.
package struct FeatureChanges: Sendable {
  /// Most tokens that an event adds: a count, pairs, newest name, the two newest, pages, where the visitor
  /// has been, gap, elapsed, position; and some more, as an event may tell two pages.
  static let maxTokens = 32

  /// Whether more has changed than the tokens say, so that all have to be made anew.
  package internal(set) var isWhole = true
  // With a place behind the last one for a mark.
  private(set) var added = InlineArray<33, UInt32>(repeating: 0)
  private(set) var addedCount = 0
  private(set) var removed = InlineArray<33, UInt32>(repeating: 0)
  private(set) var removedCount = 0

  package init() {}

  /// Takes what an event changed, from what was so before it. Facts, attributes and segments are not looked
  /// at.
  ///
  /// - Parameter name: where the event's name is among those that are counted; `nil` for the others.
  mutating func take(_ before: FeatureMoment, _ state: borrowing FeatureState, counted name: Int?) {
    isWhole = false
    (addedCount, removedCount) = (0, 0)
    let now = FeatureMoment(state)
    // An event from before the first one changes more.
    guard before.eventCount > 0, before.firstTime == now.firstTime else { return isWhole = true }
    takeCount(before, state, name)
    replace(Feature(.last, before.lastName), Feature(.last, now.lastName))
    replace(
      Feature(.bigram, before.previousName, before.lastName),
      Feature(.bigram, now.previousName, now.lastName))
    for place in 0..<max(before.pageCount, now.pageCount) {
      let (old, new) = (before.page[place], now.page[place])
      if place < before.pageCount, place < now.pageCount {
        replace(Feature(.page, old), Feature(.page, new))
      } else if place < now.pageCount {
        add(Feature(.page, new))
      } else {
        remove(Feature(.page, old))
      }
    }
    for place in before.seenCount..<now.seenCount { add(Feature(.seen, state.seen[place])) }
    replace(Feature(.gap, before.gap), Feature(.gap, now.gap))
    replace(Feature(.elapsed, before.elapsed), Feature(.elapsed, now.elapsed))
    replace(
      Feature(.position, UInt32(Steps.position(before.eventCount))),
      Feature(.position, UInt32(Steps.position(now.eventCount))))
  }

  private mutating func takeCount(_ before: FeatureMoment, _ state: borrowing FeatureState, _ name: Int?) {
    guard let name else {
      let (old, new) = (Int(before.otherNames), Int(state.otherNames))
      if old == 0 {
        add(FeatureState.count(FeatureState.other, new))
      } else if new > old {
        replace(FeatureState.count(FeatureState.other, old), FeatureState.count(FeatureState.other, new))
      }
      return
    }
    let entry = state.names[name]
    if state.names.count > before.nameCount {
      add(FeatureState.count(entry.name, Int(entry.count)))
      if name < FeatureLimits.pairedNames {
        for other in 0..<name { add(FeatureState.pair(state.names[other].name, entry.name)) }
      }
    } else {
      // Where it is as high as it can be, it has the same bucket before and after.
      replace(
        FeatureState.count(entry.name, Int(entry.count) - 1), FeatureState.count(entry.name, Int(entry.count))
      )
    }
  }

  private mutating func replace(_ old: Feature, _ new: Feature) {
    guard old != new else { return }
    remove(old)
    add(new)
  }

  private mutating func add(_ feature: Feature) {
    guard addedCount < FeatureChanges.maxTokens else { return isWhole = true }
    added[addedCount] = feature.token.bits
    addedCount += 1
  }

  private mutating func remove(_ feature: Feature) {
    guard removedCount < FeatureChanges.maxTokens else { return isWhole = true }
    removed[removedCount] = feature.token.bits
    removedCount += 1
  }

  /// Sorts both. Behind the last of each is a mark that no token is taken for: the largest number, and 0.
  mutating func settle() {
    FeatureChanges.sort(&added, addedCount)
    FeatureChanges.sort(&removed, removedCount)
    added[addedCount] = .max
    removed[removedCount] = 0
  }

  private static func sort(_ tokens: inout InlineArray<33, UInt32>, _ count: Int) {
    for index in 0..<count {
      let token = tokens[index]
      var place = index
      while place > 0, tokens[place - 1] > token {
        tokens[place] = tokens[place - 1]
        place -= 1
      }
      tokens[place] = token
    }
  }
}

/// What of a session's features changes with most events.
struct FeatureMoment {
  let eventCount: Int
  let firstTime: EventTime
  let lastName: UInt32
  let previousName: UInt32
  let gap: UInt32
  let elapsed: UInt32
  /// The first `pageCount` count.
  let page: SIMD4<UInt32>
  let pageCount: Int
  let seenCount: Int
  let nameCount: Int
  let otherNames: UInt16

  init(_ state: borrowing FeatureState) {
    eventCount = state.eventCount
    firstTime = state.firstTime
    lastName = state.lastName
    previousName = state.previousName
    gap = state.gap
    elapsed = state.elapsed
    var page = SIMD4<UInt32>.zero
    for index in state.page.indices { page[index] = state.page[index] }
    self.page = page
    pageCount = state.page.count
    seenCount = state.seen.count
    nameCount = state.names.count
    otherNames = state.otherNames
  }
}
