internal import JourneyModel
internal import JourneyRules
public import Sessionizer

/// Writes session snapshots as JSON: `schemas/session.schema.json`.
///
/// Members are in a fixed order and numbers in one form, so equal sessions have equal bytes. A snapshot is
/// never larger than `maxBytes`: one that would be is written with less, see `SnapshotEncoder+Shorten`.
///
/// A class, and one for each lane: docs/design/hot-path.md.
public final class SnapshotEncoder: Sendable {
  let settings: SessionSettings
  let names: DisplayNames
  let eventTypes: EventTypeTable
  let maxBytes: Int
  /// Segments that agents are not shown.
  let hiddenSegments: Set<String>
  /// What scores of outcomes begin with, in the order in which these are mostly scored.
  let scoreHeads: [ScoreHead]
  /// Whether cards say who the customer is.
  let showsPersons: Bool
  private let common = SnapshotEncoder.common.map { $0 }
  private let conversational = SnapshotEncoder.conversational.map { $0 }

  /// Creates an encoder of snapshots of at most `maxBytes` bytes.
  ///
  /// - Parameter predicted: the ids of the outcomes that are predicted, in the order in which they are
  ///   scored; scores of others are written all the same.
  public init(
    settings: SessionSettings, names: DisplayNames, eventTypes: EventTypeTable = EventTypeTable(),
    hiddenSegments: Set<String> = [], predicted: [String] = [], maxBytes: Int = .max,
    showsPersons: Bool = false
  ) {
    scoreHeads = predicted.map { ScoreHead($0) }
    self.showsPersons = showsPersons
    self.hiddenSegments = hiddenSegments
    self.settings = settings
    self.eventTypes = eventTypes
    self.names = names
    self.maxBytes = maxBytes
  }

  /// Appends one snapshot.
  ///
  /// - Returns: whether it leaves something out, because it would be larger than `maxBytes`.
  @discardableResult
  package func encode(_ session: Session, to bytes: inout [UInt8]) -> Bool {
    let start = bytes.count
    encode(
      session, session.map, session.facts, session.rules.assignments, session.rules.actions,
      omittedLegs: 0, omittedValues: 0, to: &bytes)
    guard bytes.count - start > maxBytes else { return false }
    shorten(session, from: start, &bytes)
    return true
  }

  /// Appends a snapshot with this map, these facts, assignments and actions.
  func encode(
    _ session: Session, _ map: borrowing JourneyMap, _ facts: borrowing FactStore,
    _ assignments: [RuleState.Assignment], _ actions: [SessionAction], omittedLegs: Int, omittedValues: Int,
    to bytes: inout [UInt8]
  ) {
    // Most of a snapshot is what the session holds.
    var text = ByteWriter(room: map.bytes.count + facts.bytes.count + 2_048)
    write(
      session, map, facts, assignments, actions, omittedLegs: omittedLegs, omittedValues: omittedValues,
      &text)
    text.append(to: &bytes)
  }

  private func write(
    _ session: Session, _ map: borrowing JourneyMap, _ facts: borrowing FactStore,
    _ assignments: [RuleState.Assignment], _ actions: [SessionAction], omittedLegs: Int, omittedValues: Int,
    _ bytes: inout ByteWriter
  ) {
    bytes.append("{\"id\":\"")
    bytes.append(session.id)
    bytes.append("\",\"selfUri\":\"/api/v2/journey/sessions/")
    bytes.append(session.id)
    bytes.append("\",\"type\":")
    text(session, session.identity.type, &bytes)
    bytes.append(",\"customerId\":")
    text(session, session.identity.customerID, &bytes)
    bytes.append(",\"customerIdType\":")
    text(session, session.identity.customerIDType, &bytes)
    let profile = session.stream.profile
    if profile.externalID == .object {
      bytes.append(",\"externalId\":")
      text(session, session.identity.externalID, &bytes)
    }
    lifecycle(session, &bytes)
    activity(session, map, &bytes)
    let segments = rules(assignments, actions, &bytes)
    if session.isPredicted { outcomeScores(of: session, &bytes) }
    let legs = self.legs(session)
    let held = facts.heldFields
    // Where persons are no longer looked for, what was found is not shown any more.
    var isKnown = false
    if showsPersons, session.hasPerson, let person = session.person {
      self.person(person, &bytes)
      isKnown = person.shown != nil
    }
    for member in profile.isConversational ? conversational : common {
      guard held >> UInt64(member.field.rawValue) & 1 == 1, let value = facts.value(member.field) else {
        continue
      }
      if member.field == .externalContact, isKnown { continue }
      bytes.append(member.name)
      bytes.append(value, of: facts.bytes)
    }
    if profile.isConversational {
      conversation(session, facts, legs, omittedLegs: omittedLegs, &bytes)
    }
    if profile.listsSearchTerms { list(facts, .searchQuery, ",\"searchTerms\":", &bytes, always: true) }
    attributes(facts, &bytes)
    card(session, facts, legs, segments: segments, &bytes)
    journeyMap(session, map, &bytes)
    if omittedValues > 0 {
      bytes.append(",\"omittedValues\":")
      JSONText.append(omittedValues, to: &bytes)
    }
    bytes.append(ASCII.closeBrace)
  }

  private func lifecycle(_ session: Session, _ bytes: inout ByteWriter) {
    bytes.append(",\"createdDate\":")
    date(session.first, &bytes)
    if let ended = session.endedDate(settings) {
      bytes.append(",\"endedDate\":")
      date(ended, &bytes)
      bytes.append(",\"endReason\":\"")
      bytes.append(contentsOf: session.endReason.word.utf8)
      bytes.append(ASCII.quote)
    }
    if let survivor = session.mergedInto {
      bytes.append(",\"mergedInto\":\"")
      bytes.append(survivor)
      bytes.append(ASCII.quote)
    }
    bytes.append(",\"revision\":")
    JSONText.append(session.revision, to: &bytes)
    let isFinal = session.lifecycle == .final || session.lifecycle == .forgotten
    bytes.append(isFinal || session.lifecycle == .merged ? ",\"final\":true" : ",\"final\":false")
  }

  private func activity(_ session: Session, _ map: borrowing JourneyMap, _ bytes: inout ByteWriter) {
    bytes.append(",\"durationInSeconds\":")
    JSONText.append(session.durationInSeconds, to: &bytes)
    bytes.append(",\"eventCount\":")
    JSONText.append(session.eventCount, to: &bytes)
    if let view = session.stream.profile.view {
      switch view {
      case .page: bytes.append(",\"pageviewCount\":")
      case .screen: bytes.append(",\"screenviewCount\":")
      }
      JSONText.append(session.viewCount, to: &bytes)
    }
    if let newest = map.entries.last {
      bytes.append(",\"lastEvent\":")
      bytes.append(ByteSlice(offset: Int(newest.value.offset), length: Int(newest.head)), of: map.bytes)
      bytes.append(ASCII.closeBrace)
    }
    if session.stream.profile.showsPresence {
      bytes.append(",\"idleDate\":")
      date(session.last + settings.idleAfter, &bytes)
      bytes.append(",\"awayDate\":")
      date(session.last + settings.awayAfter, &bytes)
    }
  }

  /// What a conversation's legs come to; `nil` for other sessions, and for one of which a version before has
  /// kept none.
  func legs(_ session: Session) -> ConversationCard? {
    guard session.stream.profile.isConversational, session.conversation.hasLegs else { return nil }
    return ConversationCard(session.conversation.legs.resolved(), noCodes: settings.noWrapupCodes)
  }

  private func conversation(
    _ session: Session, _ facts: borrowing FactStore, _ legs: ConversationCard?, omittedLegs: Int,
    _ bytes: inout ByteWriter
  ) {
    conversation(session, facts, legs, omitting: omittedLegs, &bytes)
    let disconnect =
      facts.value(.userDisconnectType) ?? facts.value(.customerDisconnectType)
    if let disconnect {
      bytes.append(",\"lastUserDisconnectType\":")
      bytes.append(disconnect, of: facts.bytes)
    }
    list(facts, .channel, ",\"conversationChannels\":", &bytes, always: true)
    list(facts, .division, ",\"divisionIds\":", &bytes, always: false)
  }

  /// The conversation as its events name it, and who took part.
  private func conversation(
    _ session: Session, _ facts: borrowing FactStore, _ legs: ConversationCard?, omitting omitted: Int,
    _ bytes: inout ByteWriter
  ) {
    bytes.append(",\"conversation\":")
    // An event's own object goes through as it came, unless it says already who took part.
    if let value = facts.value(.conversation), value.count > 2,
      legs == nil || !MemberSearch.contains("\"participants\"", in: facts.bytes, value)
    {
      bytes.append(ByteSlice(offset: Int(value.offset), length: value.count - 1), of: facts.bytes)
    } else {
      bytes.append("{\"id\":")
      text(session, session.identity.externalID, &bytes)
    }
    if let legs {
      participants(legs, omitting: omitted, &bytes)
      let left = session.conversation.legs.omitted
      if left > 0 {
        bytes.append(",\"omittedParticipants\":")
        JSONText.append(left, to: &bytes)
      }
    }
    bytes.append(ASCII.closeBrace)
  }

  private func list(
    _ facts: borrowing FactStore, _ field: EventField, _ name: StaticString, _ bytes: inout ByteWriter,
    always: Bool
  ) {
    var isFirst = true
    for index in facts.collected.indices where facts.collected[index].field == field {
      if isFirst {
        bytes.append(name)
        bytes.append(ASCII.openBracket)
      } else {
        bytes.append(ASCII.comma)
      }
      isFirst = false
      bytes.append(facts.collected[index].value, of: facts.bytes)
    }
    if !isFirst {
      bytes.append(ASCII.closeBracket)
    } else if always {
      bytes.append(name)
      bytes.append("[]")
    }
  }

  private func attributes(_ facts: borrowing FactStore, _ bytes: inout ByteWriter) {
    guard !facts.attributes.isEmpty else { return }
    let all = facts.attributes
    let order = all.indices.sorted { precedes($0, $1, all, facts.bytes) }
    var isFirst = true
    for index in order where !all[index].isList {
      bytes.append(isFirst ? ",\"attributes\":{" : ",")
      isFirst = false
      JSONText.append(all[index].name, of: facts.bytes, to: &bytes)
      bytes.append(ASCII.colon)
      bytes.append(all[index].value, of: facts.bytes)
    }
    if !isFirst { bytes.append(ASCII.closeBrace) }
    var previous: ByteSlice?
    for index in order where all[index].isList {
      let name = all[index].name
      if let previous, previous.count == name.count,
        name.equals(facts.bytes, facts.bytes, at: Int(previous.offset))
      {
        bytes.append(ASCII.comma)
      } else {
        bytes.append(previous == nil ? ",\"attributeLists\":{" : "]},")
        JSONText.append(name, of: facts.bytes, to: &bytes)
        bytes.append(":{\"values\":[")
        previous = name
      }
      bytes.append(all[index].value, of: facts.bytes)
    }
    if previous != nil { bytes.append("]}}") }
  }

  /// Attributes stand by name, values of one list by time, and in the order in which they came.
  private func precedes(
    _ left: Int, _ right: Int, _ attributes: [FactStore.Attribute], _ bytes: borrowing [UInt8]
  ) -> Bool {
    let (name, other) = (attributes[left].name, attributes[right].name)
    for place in 0..<min(name.count, other.count) {
      let (byte, one) = (bytes[Int(name.offset) + place], bytes[Int(other.offset) + place])
      if byte != one { return byte < one }
    }
    if name.count != other.count { return name.count < other.count }
    let (time, later) = (attributes[left].time, attributes[right].time)
    return time == later ? left < right : time < later
  }

  private func journeyMap(
    _ session: Session, _ map: borrowing JourneyMap, _ bytes: inout ByteWriter
  ) {
    bytes.append(",\"journeyMap\":{\"events\":[")
    if let block = map.block {
      bytes.append(block, of: map.bytes)
    } else {
      var isFirst = true
      for entry in map.entries {
        if !isFirst { bytes.append(ASCII.comma) }
        isFirst = false
        bytes.append(entry.value, of: map.bytes)
      }
    }
    bytes.append("],\"omitted\":")
    JSONText.append(map.omitted, to: &bytes)
    if !eventTypes.isEmpty { shownTypes(session, map, &bytes) }
    bytes.append(ASCII.closeBrace)
  }

  /// What is defined of the map's events, each name once, in the order in which they come.
  private func shownTypes(_ session: Session, _ map: borrowing JourneyMap, _ bytes: inout ByteWriter) {
    var seen: Set<[UInt8]> = []
    var isFirst = true
    for index in map.entries.indices {
      guard let name = map.eventName(index), seen.insert(name).inserted,
        let json = eventTypes.json(name, of: session)
      else { continue }
      bytes.append(isFirst ? ",\"eventTypes\":{" : ",")
      isFirst = false
      bytes.append(all: json)
    }
    if !isFirst { bytes.append(ASCII.closeBrace) }
  }

  func text(_ session: Session, _ slice: ByteSlice, _ bytes: inout ByteWriter) {
    JSONText.append(slice, of: session.identity.bytes, to: &bytes)
  }

  func date(_ time: EventTime, _ bytes: inout ByteWriter) {
    bytes.append(ASCII.quote)
    bytes.append(time)
    bytes.append(ASCII.quote)
  }

  struct Member: Sendable {
    var field: EventField
    var name: StaticString
  }

  private static let common: [Member] = [
    Member(field: .externalContact, name: ",\"externalContact\":"),
    Member(field: .externalURL, name: ",\"externalUrl\":"),
    Member(field: .authenticated, name: ",\"authenticated\":"),
    Member(field: .browser, name: ",\"browser\":"),
    Member(field: .device, name: ",\"device\":"),
    Member(field: .geolocation, name: ",\"geolocation\":"),
    Member(field: .ipAddress, name: ",\"ipAddress\":"),
    Member(field: .ipOrganization, name: ",\"ipOrganization\":"),
    Member(field: .userAgent, name: ",\"userAgentString\":"),
    Member(field: .page, name: ",\"lastPage\":"),
    Member(field: .campaign, name: ",\"mktCampaign\":"),
    Member(field: .referrer, name: ",\"referrer\":"),
    Member(field: .app, name: ",\"app\":"),
    Member(field: .sdkLibrary, name: ",\"sdkLibrary\":"),
    Member(field: .networkConnectivity, name: ",\"networkConnectivity\":"),
    Member(field: .screenName, name: ",\"lastScreen\":"),
  ]

  private static let conversational: [Member] =
    common + [
      Member(field: .originatingDirection, name: ",\"originatingDirection\":"),
      Member(field: .conversationSubject, name: ",\"conversationSubject\":"),
      Member(field: .queue, name: ",\"lastConnectedQueue\":"),
      Member(field: .user, name: ",\"lastConnectedUser\":"),
      Member(field: .disposition, name: ",\"lastUserDisposition\":"),
      Member(field: .acdOutcome, name: ",\"lastAcdOutcome\":"),
      Member(field: .journeyContext, name: ",\"journeyContext\":"),
    ]

  /// Facts that are in a snapshot under a name of their own.
  static func members(of stream: JourneyModel.Stream) -> [Member] {
    stream.profile.isConversational ? conversational : common
  }
}

extension ByteWriter {
  /// Appends an id as text.
  mutating func append(_ id: SessionID) {
    append(count: SessionID.textLength) { id.writeText(at: 0, in: &$0) }
  }

  /// Appends a time as text.
  mutating func append(_ time: EventTime) {
    append(count: EventTime.iso8601Length) { time.writeISO8601(at: 0, in: &$0) }
  }
}

/// Looks for a member's name in compact JSON.
enum MemberSearch {
  static func contains(_ name: StaticString, in bytes: borrowing [UInt8], _ slice: ByteSlice) -> Bool {
    let length = name.utf8CodeUnitCount
    guard slice.count >= length else { return false }
    for start in Int(slice.offset)...slice.indices.upperBound - length {
      var index = 0
      while index < length, bytes[start + index] == name.utf8Start[index] { index += 1 }
      if index == length { return true }
    }
    return false
  }
}
