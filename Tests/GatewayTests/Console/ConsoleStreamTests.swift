import Foundation
import JourneyModel
import Testing
import WireFormat

/// The console's scripts know every stream, and every event that rules give.
@Suite struct ConsoleStreamTests {
  private static func script(_ name: String) throws -> String {
    String(decoding: try #require(ConsoleFiles.all[name]), as: UTF8.self)
  }

  /// The texts of a list that follows some words in a script.
  private static func list(after words: String, in script: String) throws -> [String] {
    let start = try #require(script.range(of: words + "[")).upperBound
    return script[start...].prefix { $0 != "]" }.matches(of: /'(\w+)'/).map { String($0.1) }
  }

  @Test func everyStreamIsKnown() throws {
    let profiles = JourneyModel.Stream.allCases.map(\.profile)
    let types = profiles.compactMap(\.sessionType?.description)
    let bodies = try ConsoleStreamTests.list(after: "BODIES = ", in: ConsoleStreamTests.script("map.js"))
    #expect(bodies == profiles.map(\.bodyMember.description))
    let known = try ConsoleStreamTests.list(
      after: "isCustom = (session) => !", in: ConsoleStreamTests.script("card.js"))
    #expect(known == types)
    let now = try ConsoleStreamTests.script("now.js")
    for type in types { #expect(now.contains("['\(type)', t("), "\(type) is no choice of the board") }
  }

  @Test func everyFixedCardHasAPicture() throws {
    let pictures = try ConsoleStreamTests.script("icons.js")
    for profile in JourneyModel.Stream.allCases.map(\.profile) {
      guard case .fixed(_, let icon, _) = profile.card else { continue }
      #expect(pictures.contains("\n  '\(icon)': ") || pictures.contains("\n  \(icon): "), "\(icon)")
    }
  }

  @Test func everyEventThatRulesGiveIsOnTheMap() throws {
    let map = try ConsoleStreamTests.script("map.js")
    for name in OutputCatalog.standard.entries.filter({ $0.encoder == .derivedEvent }).flatMap(\.schemas) {
      let file = ConsoleFiles.folder.appending(path: "../../../../schemas/\(name).schema.json")
      let schema = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      let required = try #require(schema["required"] as? [String])
      let body = try #require(required.first { $0.hasSuffix("Event") })
      #expect(map.contains("event.\(body)"), "\(body)")
    }
  }
}
