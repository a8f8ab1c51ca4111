package import JourneyModel

/// What of a session is kept so that its features can be told after any event: digests and counts, no text.
///
/// Bounded by `FeatureLimits`, whatever the session brings.
package struct FeatureState: Sendable, Hashable {
  /// How often an event name has come.
  package struct NameCount: Sendable, Hashable {
    package var name: UInt32
    package var count: UInt16
  }

  /// The value of a fact.
  package struct Fact: Sendable, Hashable {
    package var slot: FactSlot
    package var value: UInt32
  }

  /// The value of an attribute.
  package struct Attribute: Sendable, Hashable {
    package var name: UInt32
    package var value: AttributeValue
  }

  /// What an attribute says.
  package enum AttributeValue: Sendable, Hashable {
    case text(UInt32)
    case number(Magnitude)
  }

  /// Names, in the order in which they first came.
  package internal(set) var names: [NameCount] = []
  /// Events of names beyond `FeatureLimits.names`.
  package internal(set) var otherNames: UInt16 = 0
  /// Names of the two newest events; 0 for none.
  package internal(set) var lastName: UInt32 = 0
  package internal(set) var previousName: UInt32 = 0
  /// Events taken.
  package internal(set) var eventCount = 0
  /// Times of the first event, and of the two that came last. Late events come in the order of admission.
  package internal(set) var firstTime = EventTime(milliseconds: 0)
  package internal(set) var lastTime = EventTime(milliseconds: 0)
  package internal(set) var previousTime = EventTime(milliseconds: 0)
  /// Prefixes of the page that the visitor is on.
  package internal(set) var page: [UInt32] = []
  /// Prefixes of one and two segments that the visitor has been on.
  package internal(set) var seen: [UInt32] = []
  /// By slot.
  package internal(set) var facts: [Fact] = []
  /// In the order in which they first came.
  package internal(set) var attributes: [Attribute] = []

  package init() {}

  /// Most names, and most prefixes of pages, that most sessions have.
  static let (usualNames, usualSeen) = (8, 8)

  /// Makes room for what most sessions have.
  mutating func reserve() {
    names.reserveCapacity(FeatureState.usualNames)
    page.reserveCapacity(PagePath.maxPrefixes)
    seen.reserveCapacity(FeatureState.usualSeen)
    facts.reserveCapacity(FactSlot.allCases.count)
  }

  /// Takes an event. Facts that it brings are set before or after, in any order, and then asked for.
  ///
  /// - Returns: where its name is in `names`; `nil` if it is counted with the others.
  @discardableResult
  package mutating func note(event name: UInt32, at time: EventTime) -> Int? {
    var place = names.firstIndex { $0.name == name }
    if let place {
      if names[place].count < .max { names[place].count += 1 }
    } else if names.count < FeatureLimits.names {
      place = names.count
      names.append(NameCount(name: name, count: 1))
    } else if otherNames < .max {
      otherNames += 1
    }
    (previousName, lastName) = (lastName, name)
    firstTime = eventCount == 0 ? time : min(firstTime, time)
    previousTime = eventCount == 0 ? time : lastTime
    lastTime = time
    eventCount += 1
    return place
  }

  /// How long the newest event came after the one before it, in octaves of seconds.
  var gap: UInt32 { Steps.octave(milliseconds: lastTime.milliseconds - previousTime.milliseconds) }

  /// How long the newest event came after the first one, in octaves of seconds.
  var elapsed: UInt32 { Steps.octave(milliseconds: lastTime.milliseconds - firstTime.milliseconds) }

  /// Most features that it may have now, segments not counted.
  var mostFeatures: Int {
    let paired = min(names.count, FeatureLimits.pairedNames)
    // Facts and the start's two, counts and their rest, last, bigram, gap, elapsed, position.
    return facts.count + 2 + names.count + 1 + 5 + page.count + seen.count + 2 * attributes.count
      + paired * (paired - 1) / 2
  }

  /// Takes the page that the visitor is on now.
  package mutating func note(page path: PagePath) {
    guard !isOn(path) else { return }
    if page.count == path.count {
      for index in 0..<path.count { page[index] = path[index] }
    } else {
      page = path.prefixes
    }
    for index in 0..<min(path.count, 2)
    where seen.count < FeatureLimits.seenPrefixes && !seen.contains(path[index]) { seen.append(path[index]) }
  }

  private func isOn(_ path: PagePath) -> Bool {
    guard page.count == path.count else { return false }
    for index in 0..<path.count where page[index] != path[index] { return false }
    return true
  }

  /// Sets a fact, or takes it back with `nil`. Those that follow from the first event's time are not set.
  ///
  /// - Returns: whether it was another one before.
  @discardableResult
  package mutating func set(_ slot: FactSlot, _ value: UInt32?) -> Bool {
    guard !slot.followsFromStart else { return false }
    let place = facts.firstIndex { $0.slot.rawValue >= slot.rawValue } ?? facts.count
    let isThere = place < facts.count && facts[place].slot == slot
    guard value != (isThere ? facts[place].value : nil) else { return false }
    switch value {
    case let value? where isThere: facts[place].value = value
    case let value?: facts.insert(Fact(slot: slot, value: value), at: place)
    case nil where isThere: facts.remove(at: place)
    case nil: break
    }
    return true
  }

  /// Sets an attribute. Those beyond `FeatureLimits.attributes` are left out.
  ///
  /// - Returns: whether it was another one before.
  @discardableResult
  package mutating func set(attribute name: UInt32, _ value: AttributeValue) -> Bool {
    if let index = attributes.firstIndex(where: { $0.name == name }) {
      guard attributes[index].value != value else { return false }
      attributes[index].value = value
    } else if attributes.count < FeatureLimits.attributes {
      attributes.append(Attribute(name: name, value: value))
    } else {
      return false
    }
    return true
  }

  /// Takes over what a session that is merged into this one had: counts add up; of facts and attributes that
  /// both have, this session's stay. The next event is told with the names that were last here.
  package mutating func merge(_ other: FeatureState) {
    guard other.eventCount > 0 else { return }
    guard eventCount > 0 else {
      self = other
      return
    }
    for entry in other.names {
      if let index = names.firstIndex(where: { $0.name == entry.name }) {
        names[index].count = sum(names[index].count, entry.count)
      } else if names.count < FeatureLimits.names {
        names.append(entry)
      } else {
        otherNames = sum(otherNames, entry.count)
      }
    }
    otherNames = sum(otherNames, other.otherNames)
    firstTime = min(firstTime, other.firstTime)
    eventCount += other.eventCount
    for prefix in other.seen where seen.count < FeatureLimits.seenPrefixes && !seen.contains(prefix) {
      seen.append(prefix)
    }
    for fact in other.facts where !facts.contains(where: { $0.slot == fact.slot }) {
      set(fact.slot, fact.value)
    }
    for attribute in other.attributes where !attributes.contains(where: { $0.name == attribute.name }) {
      set(attribute: attribute.name, attribute.value)
    }
  }

  private func sum(_ one: UInt16, _ other: UInt16) -> UInt16 {
    let (sum, isOver) = one.addingReportingOverflow(other)
    return isOver ? .max : sum
  }
}
