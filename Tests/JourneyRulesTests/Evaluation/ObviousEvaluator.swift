import Foundation
import JourneyModel
import JourneyRules

/// The rules' semantics a second time: small, obvious and slow. It shares nothing with the compiled rules but
/// the definitions.
///
/// It walks all events of a session for every rule, with strings, arrays and Foundation's decimals.
struct ObviousEvaluator {
  var stream: JourneyModel.Stream
  var sessionType: String
  var externalID: String?
  /// In order of admission.
  var events: [ModelEvent]
  var missingSatisfiesNegative = true
  /// What was met on the way.
  var situations: [String: Int] = [:]

  init(stream: JourneyModel.Stream, sessionType: String, externalID: String?, events: [ModelEvent]) {
    self.stream = stream
    self.sessionType = sessionType
    self.externalID = externalID
    self.events = events
  }

  struct Firing: Equatable {
    var event: Int
    /// For each journey pattern the indices of the events that it counted.
    var counted: [[Int]]
  }

  /// The event with which a rule fires.
  mutating func firing(_ rule: Rule) -> Firing? {
    if rule.context.allSatisfy({ $0.criteria.isEmpty }), rule.journey.isEmpty { return nil }
    var matching: [[Bool]] = []
    for pattern in rule.journey {
      matching.append(events.indices.map { matches(pattern, $0) })
    }
    for last in events.indices {
      let counted = rule.isOrdered ? ordered(rule, matching, last) : unordered(rule, matching, last)
      let journeyHolds = zip(rule.journey, counted).allSatisfy { $0.count <= $1.count }
      var contextHolds = true
      for pattern in rule.context {
        for criterion in pattern.criteria where !holds(criterion, at: last, isContext: true) {
          contextHolds = false
        }
      }
      if journeyHolds, contextHolds { return Firing(event: last, counted: counted) }
    }
    return nil
  }

  private func unordered(_ rule: Rule, _ matching: [[Bool]], _ last: Int) -> [[Int]] {
    rule.journey.indices.map { index in
      Array((0...last).filter { matching[index][$0] }.prefix(rule.journey[index].count))
    }
  }

  private func ordered(_ rule: Rule, _ matching: [[Bool]], _ last: Int) -> [[Int]] {
    var start = 0
    return rule.journey.indices.map { index in
      let found = (0...last).filter { $0 >= start && matching[index][$0] }
      let counted = Array(found.prefix(rule.journey[index].count))
      // The next pattern begins behind the event that completes this one.
      start = counted.count == rule.journey[index].count ? (counted.last ?? 0) + 1 : events.count
      return counted
    }
  }

  /// Whether a pattern matches one event.
  mutating func matches(_ pattern: JourneyPattern, _ index: Int) -> Bool {
    guard pattern.stream == stream, pattern.sessionType == sessionType else { return false }
    if let name = pattern.eventName, name != events[index].name { return false }
    var all = true
    for criterion in pattern.criteria where !holds(criterion, at: index, isContext: false) { all = false }
    return all
  }

  // MARK: Criteria

  /// Whether a criterion holds for one event, or for the session as that event left it.
  mutating func holds(_ criterion: Criterion, at index: Int, isContext: Bool) -> Bool {
    let isOfSession = isContext || ObviousEvaluator.sessionOnly(criterion.key)
    let values =
      isOfSession ? sessionValues(criterion.key, at: index) : eventValues(criterion.key, events[index])
    let result: Bool
    if values.isEmpty {
      let canHave = !isOfSession || ObviousEvaluator.streams(criterion.key).contains(stream)
      result = isNegative(criterion.operator) && missingSatisfiesNegative && canHave
      situations["missing \(criterion.operator.rawValue) \(isOfSession ? "session" : "event")", default: 0] +=
        1
    } else {
      let any = values.contains { compare(criterion, $0) }
      result = isNegative(criterion.operator) ? !any : any
      let flag = criterion.shouldIgnoreCase ? "folded" : "exact"
      situations["\(criterion.operator.rawValue) \(flag) \(result)", default: 0] += 1
      if values.count > 1 { situations["multi-value \(criterion.operator.rawValue)", default: 0] += 1 }
      if criterion.values.count > 1 {
        situations["several values \(criterion.operator.rawValue)", default: 0] += 1
      }
    }
    situations["criterion of \(isOfSession ? "session" : "event")", default: 0] += 1
    return result
  }

  private func isNegative(_ named: CriterionOperator) -> Bool {
    [.notEqual, .notContainsAny, .notContainsAll, .notLike].contains(named)
  }

  /// The positive form.
  private func compare(_ criterion: Criterion, _ text: String) -> Bool {
    let value = Array((criterion.shouldIgnoreCase ? text.lowercased() : text).utf8)
    let others = criterion.values.map { Array((criterion.shouldIgnoreCase ? $0.lowercased() : $0).utf8) }
    switch criterion.operator {
    case .equal, .notEqual: return others.contains(value)
    case .startsWith: return others.contains { value.starts(with: $0) }
    case .endsWith: return others.contains { value.reversed().starts(with: $0.reversed()) }
    case .containsAny, .like, .notContainsAny, .notLike: return others.contains { has(value, $0) }
    case .containsAll, .notContainsAll: return others.allSatisfy { has(value, $0) }
    case .greaterThan: return numeric(criterion, text) { $0 > $1 }
    case .greaterThanOrEqual: return numeric(criterion, text) { $0 >= $1 }
    case .lessThan: return numeric(criterion, text) { $0 < $1 }
    case .lessThanOrEqual: return numeric(criterion, text) { $0 <= $1 }
    }
  }

  private func has(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= text.count else { return false }
    return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
  }

  private func numeric(_ criterion: Criterion, _ text: String, _ compare: (Decimal, Decimal) -> Bool) -> Bool
  {
    var text = text
    if criterion.key == "browser.version", let point = text.firstIndex(of: ".") {
      text = String(text[..<point])
    }
    guard let number = decimal(text) else { return false }
    return criterion.values.allSatisfy { value in decimal(value).map { compare(number, $0) } ?? false }
  }

  private func decimal(_ text: String) -> Decimal? {
    let form = /[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/
    guard (try? form.wholeMatch(in: text)) != nil else { return nil }
    return Decimal(string: text)
  }

  /// The number that an event gives for an outcome.
  func number(of field: Outcome.AssociatedValueField, in event: ModelEvent) -> String? {
    guard let text = eventValues(field.name, event).first, let number = decimal(text) else { return nil }
    var (value, rounded) = (number, number)
    NSDecimalRound(&rounded, &value, 0, .down)
    if field.dataType == .number { return text }
    return rounded == number ? "\(rounded)" : nil
  }

  // MARK: Facts

  private static let renamed = [
    "lastPage": "page", "lastScreen": "screenName", "searchTerms": "searchQuery",
    "lastConnectedQueue": "queue", "lastConnectedUser": "user", "lastUserDisposition": "userDisposition",
    "lastUserDisconnectType": "disconnectType", "lastAcdOutcome": "acdOutcome",
    "conversationChannels": "channels",
  ]

  private static func sessionOnly(_ key: String) -> Bool {
    let first = key.split(separator: ".").first.map(String.init) ?? key
    return renamed[first] != nil || key.hasPrefix("attributeLists.")
      || [
        "originatingDirection", "conversationSubject", "divisionIds", "eventCount", "pageviewCount",
        "screenviewCount", "durationInSeconds", "type", "customerId", "customerIdType", "externalId",
        "conversation",
      ].contains(first)
  }

  private static func streams(_ key: String) -> [JourneyModel.Stream] {
    let first = key.split(separator: ".").first.map(String.init) ?? key
    switch renamed[first] ?? first {
    case "page", "referrer", "browser", "userAgentString", "searchQuery": return [.web]
    case "device", "geolocation", "mktCampaign", "ipAddress", "ipOrganization", "sdkLibrary":
      return [.web, .app]
    case "app", "networkConnectivity", "screenName": return [.app]
    case "authenticated": return [.web, .conversation]
    case "queue", "user", "userDisposition", "disconnectType", "acdOutcome", "channels",
      "originatingDirection", "conversationSubject", "divisionIds", "conversation":
      return [.conversation]
    case "externalId": return [.conversation, .custom]
    case "pageviewCount": return [.web]
    case "screenviewCount": return [.app]
    default: return JourneyModel.Stream.allCases
    }
  }

  /// The values that one event has for a key.
  private func eventValues(_ key: String, _ event: ModelEvent) -> [String] {
    if key == "eventName" { return [event.name] }
    if key.hasPrefix("attributes."), key.hasSuffix(".value") {
      let name = String(key.dropFirst("attributes.".count).dropLast(".value".count))
      return attribute(name, event).map { [$0] } ?? []
    }
    let parts = key.split(separator: ".").map(String.init)
    // A name may be missing, and the id then stands in for it.
    if parts.count == 2, parts[1] == "name", ["queue", "user"].contains(parts[0]) {
      return scalars(event[parts[0]]?["name"] ?? event[parts[0]]?["id"])
    }
    if parts == ["userDisposition", "name"] {
      return scalars(event[parts[0]]?["name"] ?? event[parts[0]]?["code"])
    }
    return values(event[parts[0]], parts.dropFirst())
  }

  private func values(_ value: ModelValue?, _ path: ArraySlice<String>) -> [String] {
    guard let value else { return [] }
    if case .array(let elements) = value { return elements.flatMap { values($0, path) } }
    guard let first = path.first else { return scalars(value) }
    return values(value[first], path.dropFirst())
  }

  private func scalars(_ value: ModelValue?) -> [String] {
    switch value {
    case .string(let text), .number(let text): [text]
    case .bool(let flag): [flag ? "true" : "false"]
    default: []
    }
  }

  private func attribute(_ name: String, _ event: ModelEvent) -> String? {
    guard let value = event["attributes"]?[name] else { return nil }
    return scalars(value.isObject ? value["value"] : value).first
  }

  /// What a session knows after an event.
  private func sessionValues(_ key: String, at last: Int) -> [String] {
    let known = events[...last]
    switch key {
    case "eventCount": return ["\(known.count)"]
    case "pageviewCount":
      return stream == .web ? ["\(known.count { $0.name == "page_viewed" })"] : []
    case "screenviewCount":
      return stream == .app ? ["\(known.count { $0.name == "screen_viewed" })"] : []
    case "durationInSeconds":
      let times = known.map(\.time)
      return ["\(((times.max() ?? 0) - (times.min() ?? 0)) / 1_000)"]
    case "type": return [sessionType]
    case "customerId": return ["Customer-1"]
    case "customerIdType": return [stream == .web || stream == .app ? "cookie" : "externalId"]
    case "externalId": return externalID.map { [$0] } ?? []
    case "conversation.id": return stream == .conversation ? externalID.map { [$0] } ?? [] : []
    default: break
    }
    if key.hasPrefix("attributes.") {
      return newest(known) { eventValues(key, $0).isEmpty ? nil : eventValues(key, $0) } ?? []
    }
    var parts = key.split(separator: ".").map(String.init)
    parts[0] = ObviousEvaluator.renamed[parts[0]] ?? parts[0]
    let eventKey = parts.joined(separator: ".")
    switch parts[0] {
    case "searchQuery", "channels", "divisionIds": return known.flatMap { eventValues(eventKey, $0) }
    case "referrer", "mktCampaign":
      let first = known.filter { $0[parts[0]] != nil }.min { $0.time < $1.time }
      return first.map { eventValues(eventKey, $0) } ?? []
    default:
      return newest(known) { $0[parts[0]] == nil ? nil : eventValues(eventKey, $0) } ?? []
    }
  }

  /// Of the event with the newest time that has it; the later arrival of equal ones.
  private func newest(_ known: ArraySlice<ModelEvent>, _ values: (ModelEvent) -> [String]?) -> [String]? {
    var newest: (time: Int64, values: [String])?
    for event in known {
      guard let values = values(event), event.time >= newest?.time ?? .min else { continue }
      newest = (event.time, values)
    }
    return newest?.values
  }
}

extension ModelValue {
  var isObject: Bool { if case .object = self { true } else { false } }
}
