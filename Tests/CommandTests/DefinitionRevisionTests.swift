import JourneyRules
import Testing
import WireFormat

@testable import sojourn

/// What applying definitions makes of those in force.
@Suite struct DefinitionRevisionTests {
  private func entries(_ texts: [String]) throws -> [DefinitionEntry] {
    let value = try DefinitionJSON.read(Array("{\"entities\":[\(texts.joined(separator: ","))]}".utf8))
    return DefinitionReader().read(DefinitionDocument(file: "test", value: value)).entries
  }

  private func segment(_ id: String, _ name: String, version: Int? = nil) -> String {
    let version = version.map { ",\"version\":\($0)" } ?? ""
    return "{\"kind\":\"segment\",\"id\":\"\(id)\",\"displayName\":\"\(name)\"\(version)}"
  }

  private func bundle(_ texts: [String]) throws -> DefinitionBundle {
    try #require(
      DefinitionRevision(current: nil, given: try entries(texts), prunes: false).check.bundle)
  }

  private func versions(_ revision: DefinitionRevision) -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: (revision.check.bundle?.entries ?? []).map {
        ($0.definition.id, $0.definition.version)
      })
  }

  @Test func theFirstOnesKeepTheirVersions() throws {
    let revision = DefinitionRevision(
      current: nil, given: try entries([segment("a", "A"), segment("b", "B", version: 7)]), prunes: false)
    #expect(revision.changes.map(\.kind) == [.added, .added])
    #expect(versions(revision) == ["a": 1, "b": 7])
    #expect(revision.unchanged == 0)
  }

  @Test func whatIsNotGivenStaysUnlessItIsPruned() throws {
    let current = try bundle([segment("a", "A"), segment("b", "B")])
    let given = try entries([segment("a", "A")])
    let kept = DefinitionRevision(current: current, given: given, prunes: false)
    #expect(kept.changes.isEmpty)
    #expect(kept.unchanged == 2)
    #expect(kept.check.bundle == current)
    let pruned = DefinitionRevision(current: current, given: given, prunes: true)
    #expect(pruned.changes.map(\.kind) == [.removed])
    #expect(pruned.lines == ["removed  segment  b  B  version 1"])
    #expect(versions(pruned) == ["a": 1])
  }

  @Test(arguments: [(nil, 4), (2, 4), (3, 4), (4, 4), (9, 9)] as [(Int?, Int)])
  func aChangeRaisesTheVersion(_ given: Int?, _ expected: Int) throws {
    let current = try bundle([segment("a", "A", version: 3)])
    let revision = DefinitionRevision(
      current: current, given: try entries([segment("a", "Other", version: given)]), prunes: false)
    #expect(versions(revision) == ["a": expected])
    #expect(revision.lines == ["changed  segment  a  Other  version 3 → \(expected)"])
  }

  @Test func anotherVersionAloneIsNoChange() throws {
    let current = try bundle([segment("a", "A", version: 3)])
    let revision = DefinitionRevision(
      current: current, given: try entries([segment("a", "A", version: 1)]), prunes: true)
    #expect(revision.changes.isEmpty)
    #expect(versions(revision) == ["a": 3])
  }

  @Test func whatIsGivenMayReferToWhatIsInForce() throws {
    let map = """
      {"kind":"actionMap","id":"m","displayName":"M","triggerWithSegments":["a"],"activation":{"type":"immediate"},\
      "action":{"mediaType":"webMessagingOffer","webMessagingOfferFields":{"offerText":"Hi"}}}
      """
    let current = try bundle([segment("a", "A")])
    let good = DefinitionRevision(current: current, given: try entries([map]), prunes: false)
    #expect(good.check.bundle != nil)
    let bad = DefinitionRevision(current: current, given: try entries([map]), prunes: true)
    #expect(bad.check.bundle == nil)
    #expect(bad.check.findings.contains { $0.severity == .error && "\($0)".contains("triggerWithSegments") })
  }
}
