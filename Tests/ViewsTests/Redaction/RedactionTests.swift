import Foundation
import JourneyModel
import Testing
import WireFormat

@testable import Views

@Suite("View: who may see what")
struct RedactionTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardizedFileURL

  private static func example(_ path: String) throws -> [UInt8] {
    let data = try Data(contentsOf: root.appendingPathComponent("schemas/examples/" + path))
    // Without the blanks, so that a line of the golden file is one session.
    let value = try JSONSerialization.jsonObject(with: data)
    return [UInt8](
      try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]))
  }

  /// A session in which every rule has something to leave out.
  private static func card() throws -> [UInt8] {
    var session = try members(example("session/web_with_rules.json"))
    let further = try members(
      Array(
        """
        {"searchTerms":["red shoes"],"attributes":{"cartValue":{"dataType":"NUMBER","value":"7"}},\
        "externalContact":{"id":"c"},"ipAddress":"192.0.2.7","geolocation":{"country":"IE"},\
        "lastPage":{"url":"https://shop.example.com/"},"openActions":[{"id":"a"}],"madeUpLater":{"secret":1}}
        """.utf8))
    session.merge(further) { $1 }
    return [UInt8](
      try JSONSerialization.data(withJSONObject: session, options: [.sortedKeys, .withoutEscapingSlashes]))
  }

  private static func members(_ bytes: [UInt8]?) throws -> [String: Any] {
    let bytes = try #require(bytes)
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test("All 512 sets of permissions on one session are as the golden file says")
  func allMasks() throws {
    let card = try RedactionTests.card()
    let lines = (0..<512 as Range<UInt16>).map { mask -> String in
      guard let seen = Redaction(ViewPermissions(rawValue: mask)).session(card, type: "web") else {
        return "\(mask) -"
      }
      // Whole where one permission is there or missing, so that a person can read what each does.
      if [1, 2, 8, 9].contains(mask.nonzeroBitCount) {
        return "\(mask) " + String(decoding: seen, as: UTF8.self)
      }
      var digest = Digest()
      digest.append(seen)
      return "\(mask) \(digest.text)"
    }
    let golden = RedactionTests.root.appendingPathComponent("Tests/Fixtures/golden/redacted_sessions.txt")
    // RECORD_GOLDEN=1 writes it anew; the difference is then read by whoever commits it.
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: golden)
    }
    let known = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(known == lines)
    #expect(Set(lines.map { $0.drop { $0 != " " } }).count > 64)
  }

  @Test("Each permission brings what it is for, and no other brings it")
  func eachPermission() throws {
    let card = try RedactionTests.card()
    let brought: [(ViewPermissions, [String])] = [
      (.customer, ["externalContact"]), (.event, ["lastEvent", "searchTerms", "openActions", "journeyMap"]),
      (.segment, ["segmentAssignments"]), (.outcome, ["outcomeAchievements"]),
      (.sessionType, ["attributes"]), (.visit, ["ipAddress", "geolocation", "lastPage"]),
    ]
    for (permission, names) in brought {
      let with = try RedactionTests.members(Redaction([.session, permission]).session(card, type: "web"))
      let without = try RedactionTests.members(
        Redaction(ViewPermissions.all.subtracting(permission)).session(card, type: "web"))
      for name in names { #expect(with[name] != nil && without[name] == nil, "\(name)") }
      #expect(with["madeUpLater"] == nil && without["madeUpLater"] == nil)
    }
    let all = try RedactionTests.members(Redaction(.all).session(card, type: "web"))
    let original = try RedactionTests.members(card)
    #expect(NSDictionary(dictionary: all) == NSDictionary(dictionary: original))
    #expect(Redaction(ViewPermissions.all.subtracting(.session)).session(card, type: "web") == nil)
  }

  @Test("Every member that the schema knows has a rule")
  func tableIsComplete() throws {
    let data = try Data(contentsOf: RedactionTests.root.appendingPathComponent("schemas/session.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let known = try #require(schema["properties"] as? [String: Any])
    #expect(Set(known.keys) == Set(Redaction.sessionRules.keys))
  }

  @Test("Every event that a lane can write has a rule, and its body as well")
  func everyEventHasARule() throws {
    var bodies = Dictionary(
      uniqueKeysWithValues: JourneyModel.Stream.allCases.map {
        ($0.profile.eventType.description, $0.profile.bodyMember.description)
      })
    let derived = OutputCatalog.standard.entries.filter { $0.encoder == .derivedEvent }
    for name in derived.flatMap(\.schemas) {
      let data = try Data(
        contentsOf: RedactionTests.root.appendingPathComponent("schemas/\(name).schema.json"))
      let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let properties = try #require(schema["properties"] as? [String: [String: Any]])
      let kind = try #require(properties["eventType"]?["const"] as? String)
      bodies[kind] = properties.keys.first { $0.hasSuffix("Event") }
    }
    #expect(Set(bodies.keys) == Set(Redaction.eventRules.keys))
    for (kind, body) in bodies {
      let rules = Redaction.eventRules[kind]?.1
      #expect(rules.map { Array($0.keys) } == [body], "\(kind)")
    }
  }

  @Test("A customer's id shows its last four characters, and a short one nothing")
  func masks() {
    #expect(Redaction.masked("ada@example.com") == "••••.com" && Redaction.masked("12345") == "••••2345")
    #expect(Redaction.masked("1234") == "••••" && Redaction.masked("") == "••••")
  }

  @Test("Titles and icons of configured types need a permission, those of conversations do not")
  func titles() throws {
    func card(_ path: String, _ type: String, _ permissions: ViewPermissions) throws -> [String: Any] {
      let seen = Redaction(permissions).session(try RedactionTests.example(path), type: type)
      return try #require(try RedactionTests.members(seen)["card"] as? [String: Any])
    }
    let custom = "session/custom_delivery.json"
    #expect(try card(custom, "delivery", .session)["title"] as? String == "Session")
    #expect(try card(custom, "delivery", .session)["icon"] as? String == "session")
    #expect(try card(custom, "delivery", [.session, .sessionType])["title"] as? String != "Session")
    let conversation = "session/conversation_waiting.json"
    let title = try card(conversation, "conversation", .all)["title"] as? String
    #expect(try title != nil && card(conversation, "conversation", .session)["title"] as? String == title)
  }

  @Test("Events of segments and outcomes need theirs, and no event says more of a visitor than the session")
  func events() throws {
    func event(_ path: String, _ kind: String) throws -> SessionEvent {
      SessionEvent(
        id: "e", time: .init(milliseconds: 0), kind: kind, isDerived: true,
        json: try RedactionTests.example(path))
    }
    let segment = try event("segment-assignment/with_external_contact.json", "SegmentAssignmentEvent")
    #expect(Redaction([.session, .event]).event(segment) == nil)
    #expect(Redaction([.session, .segment]).event(segment) == nil)
    let masked = try RedactionTests.members(Redaction([.session, .event, .segment]).event(segment))
    #expect(masked["externalContact"] == nil && (masked["customerId"] as? String)?.hasPrefix("••••") == true)
    let action = try event("web-action/expired.json", "WebActionEvent")
    let seen = try RedactionTests.members(Redaction([.session, .event]).event(action))
    let body = try #require(seen["webActionEvent"] as? [String: Any])
    #expect(body["geolocation"] == nil && body["browser"] != nil && body["action"] != nil)
    let whole = try RedactionTests.members(Redaction(.all).event(action))
    #expect(
      NSDictionary(dictionary: whole) == NSDictionary(dictionary: try RedactionTests.members(action.json)))
  }
}
