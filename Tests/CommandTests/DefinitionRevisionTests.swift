import JourneyRules
import Processor
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

  /// A set that compares by the folding of before is another one when it is applied again, and says so.
  @Test func anOlderCaseFoldingIsAChange() throws {
    let given = try entries([segment("a", "A")])
    let current = try #require(
      DefinitionCheck(given.map { DefinitionDocument(file: "a", value: $0.canonical) }, caseFolding: .basic)
        .bundle)
    let revision = DefinitionRevision(current: current, given: given, prunes: false)
    #expect(!revision.isEmpty)
    #expect(revision.changes.isEmpty)
    #expect(revision.lines == ["changed  caseFolding  basic → unicode-14.0"])
    let again = DefinitionRevision(current: revision.check.bundle, given: given, prunes: false)
    #expect(again.isEmpty)
    #expect(again.lines.isEmpty)
  }

  // MARK: - Versions

  private func past(_ texts: [String]) throws -> [DefinitionVersion] {
    try entries(texts).map {
      DefinitionVersion(
        key: .init(kind: $0.definition.kind, id: $0.definition.id), version: $0.definition.version,
        content: $0.canonical)
    }
  }

  /// A definition that was removed and comes back says the same as its last version, or gets the next one.
  @Test func versionsAreNotUsedAgainAfterARemoval() throws {
    let last = try past([segment("a", "Third", version: 3)])
    for (given, version) in [
      (segment("a", "Third"), 3), (segment("a", "Third", version: 3), 3),
      (segment("a", "Third", version: 9), 3),
      (segment("a", "Other"), 4), (segment("a", "Other", version: 3), 4),
      (segment("a", "Other", version: 9), 9),
    ] {
      let revision = DefinitionRevision(current: nil, past: last, given: try entries([given]), prunes: false)
      #expect(revision.changes.map(\.kind) == [.added])
      #expect(versions(revision) == ["a": version], "\(given)")
    }
    // One of another kind has nothing to do with it.
    let outcome = "{\"kind\":\"outcome\",\"id\":\"a\",\"displayName\":\"Other\"}"
    let other = DefinitionRevision(current: nil, past: last, given: try entries([outcome]), prunes: false)
    #expect(versions(other) == ["a": 1])
  }

  /// Where a build before used a version twice, the next one is higher than both.
  @Test func theNextVersionIsHigherThanEveryOneThereWas() throws {
    let current = try bundle([segment("a", "Now", version: 1)])
    let revision = DefinitionRevision(
      current: current, past: try past([segment("a", "Before", version: 3)]),
      given: try entries([segment("a", "New")]),
      prunes: false)
    #expect(versions(revision) == ["a": 4])
  }

  // MARK: - What refers to nothing

  private func map(_ id: String, segment: String = "s", group: String? = nil, isActive: Bool = true) -> String
  {
    let groups =
      group.map { ",\"actionMapScheduleGroups\":{\"actionMapScheduleGroup\":{\"id\":\"\($0)\"}}" } ?? ""
    return
      "{\"kind\":\"actionMap\",\"id\":\"\(id)\",\"displayName\":\"\(id)\",\"isActive\":\(isActive),\"triggerWithSegments\":[\"\(segment)\"],\"action\":{\"mediaType\":\"integrationAction\"}\(groups)}"
  }

  private func active(_ revision: DefinitionRevision) -> [String: Bool] {
    Dictionary(
      uniqueKeysWithValues: (revision.check.bundle?.actionMaps ?? []).map { ($0.id, $0.isActive) })
  }

  @Test func aMapThatRefersToNothingIsTakenAsInactiveIfAsked() throws {
    let given = try entries([
      segment("s", "S"), map("good"), map("bad", group: "g"), map("worse", segment: "t", group: "g"),
    ])
    let refused = DefinitionRevision(current: nil, given: given, prunes: false)
    #expect(refused.check.bundle == nil)
    #expect(refused.skipped.isEmpty)
    let taken = DefinitionRevision(current: nil, given: given, prunes: false, skipsInvalid: true)
    #expect(active(taken) == ["good": true, "bad": false, "worse": false])
    #expect(
      taken.skippedLines == [
        "inactive  actionMap  bad  bad  scheduleGroup g is not there",
        "inactive  actionMap  worse  worse  segment t, scheduleGroup g are not there",
      ])
    #expect(taken.check.count(.warning) == 3)
    // With the group it is active again, as a change.
    let group =
      "{\"kind\":\"scheduleGroup\",\"id\":\"g\",\"name\":\"G\",\"timeZone\":\"UTC\",\"openHours\":[{\"days\":[\"MO\"],\"opens\":\"09:00\",\"closes\":\"17:00\"}]}"
    let zone = "{\"kind\":\"timeZone\",\"id\":\"UTC\",\"initialOffset\":0,\"transitions\":[]}"
    let mended = DefinitionRevision(
      current: taken.check.bundle, given: try entries([map("bad", group: "g"), group, zone]), prunes: false,
      skipsInvalid: true)
    #expect(active(mended) == ["good": true, "bad": true, "worse": false])
    #expect(versions(mended)["bad"] == 2)
    #expect(mended.skipped.isEmpty)
  }

  /// Other errors are not passed over, and what is in force counts as there unless it is pruned.
  @Test func nothingElseIsSkipped() throws {
    let predictor = "{\"kind\":\"predictor\",\"id\":\"p\",\"outcome\":{\"id\":\"none\"}}"
    let given = try entries([segment("s", "S"), predictor])
    #expect(
      DefinitionRevision(current: nil, given: given, prunes: false, skipsInvalid: true).check.bundle == nil)
    let current = try bundle([segment("s", "S")])
    let kept = DefinitionRevision(
      current: current, given: try entries([map("m")]), prunes: false, skipsInvalid: true)
    #expect(active(kept) == ["m": true])
    let pruned = DefinitionRevision(
      current: current, given: try entries([map("m")]), prunes: true, skipsInvalid: true)
    #expect(active(pruned) == ["m": false])
  }
}
