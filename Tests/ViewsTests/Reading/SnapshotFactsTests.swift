import EventLog
import Foundation
import SeededGenerator
import Testing
import WireFormat

@testable import Views

@Suite("View: reading records")
struct SnapshotFactsTests {
  private static let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../schemas/examples").standardizedFileURL

  private func examples(_ kind: String) throws -> [[UInt8]] {
    let folder = SnapshotFactsTests.schemas.appendingPathComponent(kind)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
      .sorted()
      .map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
  }

  @Test("Every example of the sessions topic is read as Foundation reads it")
  func snapshots() throws {
    let examples = try examples("session")
    #expect(examples.count > 8)
    for bytes in examples {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
      let facts = try #require(SnapshotFacts(JSONWalk(bytes: bytes)))
      #expect(facts.id == object["id"] as? String && facts.type == object["type"] as? String)
      #expect(facts.customerID == object["customerId"] as? String)
      #expect(facts.externalID == object["externalId"] as? String)
      #expect(facts.revision == object["revision"] as? Int)
      #expect(facts.mergedInto == object["mergedInto"] as? String)
      #expect((facts.ended == nil) == (object["endedDate"] == nil))
      #expect(facts.conversationID == (object["conversation"] as? [String: Any])?["id"] as? String)
      #expect(facts.divisions == object["divisionIds"] as? [String] ?? [])
      let segments = (object["segmentAssignments"] as? [[String: Any]] ?? []).compactMap {
        ($0["segment"] as? [String: Any])?["id"] as? String
      }
      #expect(facts.marks.filter { $0.kind == .segment }.map(\.value) == segments.sorted())
      for term in object["searchTerms"] as? [String] ?? [] { #expect(facts.search.events.contains(term)) }
    }
  }

  @Test("Every example of what rules give is read")
  func derived() throws {
    let topics = OutputCatalog.standard.entries.filter { $0.encoder == .derivedEvent }
    for kind in topics.flatMap(\.schemas) {
      for bytes in try examples(kind) {
        let facts = try #require(DerivedFacts(JSONWalk(bytes: bytes)))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(facts.id == object["id"] as? String && facts.kind == object["eventType"] as? String)
        #expect(facts.session == (object["session"] as? [String: Any])?["id"] as? String)
        #expect(facts.definition != nil && (facts.state != nil || kind == "outcome-achieved"))
        // What was not offered is no match.
        #expect((DefinitionListing.kind(ofEvent: facts.kind) != nil) == (kind != "blocked-action"), "\(kind)")
      }
    }
  }

  @Test("Whatever is cut or changed in a record, it is read or refused, and nothing traps")
  func mutations() throws {
    var random = SeededGenerator(seed: 3)
    let examples = try examples("session") + examples("web-action")
    var refused = 0
    for bytes in examples {
      for end in stride(from: 0, to: bytes.count, by: 7) {
        let walk = JSONWalk(bytes: Array(bytes[..<end]))
        if SnapshotFacts(walk) == nil { refused += 1 }
        _ = DerivedFacts(walk)
      }
      for _ in 0..<400 {
        var changed = bytes
        for _ in 0..<random.pick(1...4) {
          changed[Int(random.pick(0...Int64(bytes.count - 1)))] = random.pick(
            Array("\"\\{}[],:0u \u{7f}".utf8) + [0xff])
        }
        if SnapshotFacts(JSONWalk(bytes: changed)) == nil { refused += 1 }
        _ = DerivedFacts(JSONWalk(bytes: changed))
      }
    }
    #expect(refused > examples.count * 100)
  }

  @Test("Nesting is followed to 64 levels, and deeper text is refused", arguments: [63, 64, 65])
  func depth(levels: Int) {
    let text = "{\"a\":" + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}"
    let isRead = JSONWalk(bytes: Array(text.utf8)).members(0..<text.utf8.count) { _, _ in }
    #expect(isRead == (levels <= JSONWalk.maxDepth))
  }

  @Test("Texts for the search are cut at 8 KiB of each kind", arguments: [-1, 0, 1])
  func searchBytes(beyond: Int) throws {
    var session = ViewSession(1, customer: "ada", created: 1_700_000_000_000)
    session.titles = [
      String(repeating: "a", count: SnapshotFacts.maxSearchBytes - 4),
      String(repeating: "b", count: 3 + beyond),
    ]
    let facts = try #require(SnapshotFacts(JSONWalk(bytes: Array(session.json.utf8))))
    #expect(facts.search.events.contains("b") == (beyond <= 0))
    #expect(facts.search.events.utf8.count <= SnapshotFacts.maxSearchBytes)
  }

  @Test("Texts are given without their escapes")
  func escapes() {
    let text = #"["a\"b\\c\/\n\u00e9\ud83d\ude00\ud83d x"]"#
    let walk = JSONWalk(bytes: Array(text.utf8))
    walk.elements(0..<text.utf8.count) { #expect(walk.text($0) == "a\"b\\c/\né😀\u{fffd} x") }
  }
}
