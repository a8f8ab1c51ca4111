import Foundation
import JourneyModel
import Testing

/// The schemas know every stream, and what is said of its sessions.
@Suite struct StreamSchemaTests {
  private static let profiles = JourneyModel.Stream.allCases.map(\.profile)

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

  private static func schema(_ name: String) throws -> [String: Any] {
    let file = root.appending(path: "schemas/\(name).schema.json")
    return try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  /// The types of the sessions of those streams that have a trait, and of no others.
  private static func types(where hasTrait: (StreamProfile) -> Bool) -> Set<String> {
    Set(profiles.filter(hasTrait).compactMap(\.sessionType?.description))
  }

  @Test func eachStreamHasASchema() throws {
    for profile in StreamSchemaTests.profiles {
      let properties = try #require(
        StreamSchemaTests.schema("event-\(profile.name)")["properties"] as? [String: Any])
      #expect(properties[profile.bodyMember.description] != nil, "event-\(profile.name)")
      let type = try #require(properties["eventType"] as? [String: Any])
      #expect((type["enum"] as? [Any])?.contains { $0 as? String == profile.eventType.description } ?? false)
    }
  }

  @Test(arguments: ["schemas/README.md", "docs/events.md", "docs/persons.md"])
  func pagesThatListStreamsAreWhole(_ page: String) throws {
    let text = try String(contentsOf: StreamSchemaTests.root.appending(path: page), encoding: .utf8)
    for profile in StreamSchemaTests.profiles { #expect(text.contains("`\(profile.name)`"), "\(page)") }
  }

  @Test func theListsOfStreamsAreWhole() throws {
    let common = try #require(StreamSchemaTests.schema("common")["$defs"] as? [String: Any])
    let stream = try #require(common["stream"] as? [String: Any])
    #expect(stream["enum"] as? [String] == StreamSchemaTests.profiles.map(\.name.description))
    let custom = try #require(StreamSchemaTests.schema("event-custom")["$defs"] as? [String: Any])
    let taken = try #require((custom["sessionType"] as? [String: Any])?["not"] as? [String: Any])
    #expect(taken["enum"] as? [String] == StreamSchemaTests.profiles.compactMap(\.sessionType?.description))
  }

  /// What a snapshot has by its type alone.
  @Test func sessionsHaveWhatTheirStreamGives() throws {
    let rules = try #require(StreamSchemaTests.schema("session")["allOf"] as? [[String: Any]])
    var required: [String: Set<String>] = [:]
    var withoutExternalID: Set<String> = []
    for rule in rules {
      let tested = (rule["if"] as? [String: Any])?["properties"] as? [String: Any]
      guard let type = tested?["type"] as? [String: Any], let then = rule["then"] as? [String: Any] else {
        continue
      }
      let types = Set(type["enum"] as? [String] ?? [type["const"] as? String].compactMap(\.self))
      for member in then["required"] as? [String] ?? [] { required[member, default: []].formUnion(types) }
      if (then["properties"] as? [String: Any])?["externalId"] as? Bool == false { withoutExternalID = types }
    }
    #expect(withoutExternalID == StreamSchemaTests.types { $0.externalID != .object })
    #expect(required["pageviewCount"] == StreamSchemaTests.types { $0.view == .page })
    #expect(required["screenviewCount"] == StreamSchemaTests.types { $0.view == .screen })
    #expect(required["searchTerms"] == StreamSchemaTests.types(where: \.listsSearchTerms))
    #expect(required["idleDate"] == StreamSchemaTests.types(where: \.showsPresence))
    #expect(required["conversation"] == StreamSchemaTests.types(where: \.isConversational))
  }
}
