internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// What a snapshot leaves out when it would be larger than `maxBytes`.
///
/// 1. Single values larger than an eighth of the limit, largest first: facts, attributes, list values, search terms; of
///    an event in the journey map its texts, so that its id, name and time stay.
/// 2. Events of the journey map, oldest first, down to the newest; counted in `journeyMap.omitted`.
/// 3. Participants of a conversation, list values, search terms, divisions, channels, then attributes, each oldest first.
/// 4. Facts, from the least telling one on.
/// 5. Actions, achievements and assignments, oldest first.
/// 6. The texts of the newest event.
///
/// It stops as soon as the rest fits. All but the events of step 2 are counted in `omittedValues`. What remains in the
/// end (identity, times, counts, revision, the newest event's id and name, a card without names) is bounded by
/// `maxIdentifierBytes`, and below the smallest limit that the configuration accepts. The session itself keeps all of
/// it: only this writing is shorter.
extension SnapshotEncoder {
  /// Something that may be left out. Indices are those of the session's own stores.
  private enum Omission {
    case mapEntry(Int)
    case mapTexts(Int)
    case leg(Int)
    case collected(Int)
    case attribute(Int)
    case fact(Int)
    case action(Int)
    case assignment(Int)
  }

  /// Replaces what was written from `start` on by a snapshot that fits.
  func shorten(_ session: Session, from start: Int, _ bytes: inout [UInt8]) {
    let omissions = omissions(session)
    var taken = 0
    while bytes.count - start > maxBytes, taken < omissions.count {
      // A value is written at most as long as it is held, and a name or a comma goes with it; so this much is saved,
      // unless nothing of a value was to be seen, and then there is another round. The counters may grow.
      var excess = bytes.count - start - maxBytes + SnapshotEncoder.counterBytes
      while excess > 0, taken < omissions.count {
        excess -= omissions[taken].size
        taken += 1
      }
      bytes.removeSubrange(start...)
      write(session, without: omissions[..<taken], to: &bytes)
    }
  }

  /// Room for `,"omittedValues":` with its number, and for more digits of `journeyMap.omitted`.
  private static let counterBytes = 64

  private func write(
    _ session: Session, without omissions: ArraySlice<(item: Omission, size: Int)>, to bytes: inout [UInt8]
  ) {
    var mapEntries = 0
    var withoutTexts: Set<Int> = []
    var legs = 0
    var collected: Set<Int> = []
    var attributes: Set<Int> = []
    var facts: Set<EventField> = []
    var actions: Set<Int> = []
    var assignments: Set<Int> = []
    for omission in omissions {
      switch omission.item {
      case .mapEntry(let index): mapEntries = index + 1
      case .mapTexts(let index): withoutTexts.insert(index)
      case .leg(let index): legs = max(legs, index + 1)
      case .collected(let index): collected.insert(index)
      case .attribute(let index): attributes.insert(index)
      case .fact(let index): facts.insert(session.facts.facts[index].field)
      case .action(let index): actions.insert(index)
      case .assignment(let index): assignments.insert(index)
      }
    }
    withoutTexts = withoutTexts.filter { $0 >= mapEntries }
    let count =
      withoutTexts.count + legs + collected.count + attributes.count + facts.count + actions.count
      + assignments.count
    // Without the agent's the customer's type would be shown in its place, and mean something else.
    if facts.contains(.userDisconnectType) { facts.insert(.customerDisconnectType) }
    var store = session.facts.copy()
    store.facts.removeAll { facts.contains($0.field) }
    store.collected = store.collected.indices.filter { !collected.contains($0) }.map { store.collected[$0] }
    store.attributes = store.attributes.indices.filter { !attributes.contains($0) }.map {
      store.attributes[$0]
    }
    encode(
      session, map(session.map, from: mapEntries, withoutTexts: withoutTexts), store,
      session.rules.assignments.indices.filter { !assignments.contains($0) }.map {
        session.rules.assignments[$0]
      },
      session.rules.actions.indices.filter { !actions.contains($0) }.map { session.rules.actions[$0] },
      omittedLegs: legs, omittedValues: count, to: &bytes)
  }

  private func map(_ map: borrowing JourneyMap, from first: Int, withoutTexts: Set<Int>) -> JourneyMap {
    var shorter = JourneyMap()
    for (index, entry) in map.entries.enumerated() where index >= first {
      var value = Array(map.bytes[entry.value.indices])
      if withoutTexts.contains(index) {
        value.removeSubrange(Int(entry.head)...)
        value.append(ASCII.closeBrace)
      }
      shorter.restore(time: entry.time, head: Int(entry.head), value: value)
    }
    shorter.omitted = map.omitted + first
    return shorter
  }

  /// Everything that may be left out, in the order in which it is, each with the bytes that this saves.
  private func omissions(_ session: Session) -> [(item: Omission, size: Int)] {
    omissions(session, session.map, session.facts)
  }

  private func omissions(
    _ session: Session, _ map: borrowing JourneyMap, _ facts: borrowing FactStore
  ) -> [(item: Omission, size: Int)] {
    var all: [(item: Omission, size: Int)] = []
    var giants: [(item: Omission, size: Int)] = []
    let giant = maxBytes / 8
    func add(_ item: Omission, _ size: Int) {
      if size > giant { giants.append((item, size)) } else { all.append((item, size)) }
    }
    for (index, entry) in map.entries.enumerated().dropLast() {
      let head = Int(entry.head)
      let texts = entry.value.count - head - 1
      if texts > giant { giants.append((.mapTexts(index), texts)) }
      all.append((.mapEntry(index), texts > giant ? head + 1 : entry.value.count))
    }
    func oldestFirst<Element>(_ elements: [Element], _ time: (Element) -> EventTime) -> [Int] {
      elements.indices.sorted {
        let times = (time(elements[$0]), time(elements[$1]))
        return times.0 == times.1 ? $0 < $1 : times.0 < times.1
      }
    }
    if let legs = legs(session) {
      // Always from the oldest on: what stands before a participant of many bytes goes with it.
      for (index, leg) in legs.legs.enumerated() { all.append((.leg(index), leg.byteCount + 100)) }
    }
    let attributes = oldestFirst(facts.attributes) { $0.time }
    for index in attributes where facts.attributes[index].isList {
      add(.attribute(index), facts.attributes[index].value.count)
    }
    let collected = oldestFirst(facts.collected) { $0.time }
    for field in SnapshotEncoder.collecting where isShown(field, session) {
      for index in collected where facts.collected[index].field == field {
        add(.collected(index), facts.collected[index].value.count)
      }
    }
    for index in attributes where !facts.attributes[index].isList {
      let attribute = facts.attributes[index]
      add(.attribute(index), attribute.name.count + attribute.value.count)
    }
    for field in SnapshotEncoder.leastTellingFirst where isShown(field, session) {
      guard let index = facts.facts.firstIndex(where: { $0.field == field }) else { continue }
      add(.fact(index), facts.facts[index].value.count)
    }
    // What an id takes in its reference, and the texts around it.
    let rules = session.rules
    for (index, action) in rules.actions.enumerated()
    where SnapshotEncoder.isShown(action.state, of: action.mediaType) {
      add(.action(index), action.map.utf8.count * 2 + 180)
    }
    for (index, assignment) in rules.assignments.enumerated() where !assignment.isExpired {
      add(.assignment(index), assignment.id.utf8.count * 2 + 100)
    }
    if let newest = map.entries.last, newest.value.count > Int(newest.head) + 1 {
      add(.mapTexts(map.entries.count - 1), newest.value.count - Int(newest.head) - 1)
    }
    // A sort of the standard library keeps the order of equal elements, but does not promise it.
    let order = giants.indices.sorted {
      giants[$0].size == giants[$1].size ? $0 < $1 : giants[$0].size > giants[$1].size
    }
    return order.map { giants[$0] } + all
  }

  /// Whether a snapshot shows this field: what is not to be seen is not left out.
  private func isShown(_ field: EventField, _ session: Session) -> Bool {
    switch field {
    case .searchQuery: session.stream.profile.listsSearchTerms
    case .pageTitle: session.stream.profile.view == .page
    case .channel, .division, .queueName, .userName, .dispositionName, .userDisconnectType:
      session.stream.profile.isConversational
    case .customerDisconnectType:
      session.stream.profile.isConversational && session.facts.value(.userDisconnectType) == nil
    case .conversation: session.stream.profile.isConversational
    default: SnapshotEncoder.members(of: session.stream).contains { $0.field == field }
    }
  }

  private static let collecting: [EventField] = [.searchQuery, .division, .channel]

  /// Every fact that a snapshot may show.
  static let leastTellingFirst: [EventField] = [
    .userAgent, .sdkLibrary, .networkConnectivity, .ipOrganization, .ipAddress, .geolocation, .app, .device,
    .browser, .referrer, .campaign, .externalURL, .page, .pageTitle, .screenName, .authenticated,
    .externalContact, .journeyContext, .conversationSubject, .conversation, .originatingDirection,
    .acdOutcome,
    .userDisconnectType, .customerDisconnectType, .disposition, .user, .queue, .dispositionName, .userName,
    .queueName,
  ]
}
