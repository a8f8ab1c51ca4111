import EventLog
import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// Explanations across a switch of definitions: each session by the definition that it had.
@Suite struct SwitchedDefinitionTests {
  private typealias Scene = ExplanationScene

  // MARK: - From a log

  @Test func eachSessionIsExplainedByTheDefinitionOfThen() async throws {
    let run = try await SwitchedRun()
    var versions: [Int: Int] = [:]
    var disagreeing = 0
    for place in run.places {
      for definition in run.bundle.bundle.entries.map(\.definition) {
        let (explanation, notes) = try run.explain(definition, place, by: .bundlesOfThen)
        #expect(notes.isEmpty)
        let told = run.told(definition, explanation)
        #expect(told.agrees(with: explanation), "\(place.session.text), \(definition.id): \(told)")
        guard definition.id == "visitor" else { continue }
        let now = try run.explain(definition, place, by: .givenBundle).explanation
        if !told.agrees(with: now) { disagreeing += 1 }
        guard explanation.held else { continue }
        versions[explanation.definition.version, default: 0] += 1
        // The version that the assignment itself names, and a rule that says why.
        let assigned = try #require(explanation.happenings.first { $0.word == "assigned" })
        #expect(
          assigned.detail["segment"]?["version"] == .number("\(explanation.definition.version)"))
        #expect(explanation.journey[0].isComplete)
        #expect(
          explanation.journey[0].criteria[0].criterion.values
            == [explanation.definition.version == 1 ? "Page" : "Page 2"])
        #expect(
          explanation.notes.contains { $0.contains("of then") } == (explanation.definition.version == 1))
      }
    }
    #expect(versions[1, default: 0] > 3)
    #expect(versions[2, default: 0] > 0)
    // By the definition of now, the sessions before the switch would be judged otherwise than they were.
    #expect(disagreeing > 3)
  }

  @Test func aBundleThatIsGoneIsNamedAndTheOneInForceStandsIn() async throws {
    let run = try await SwitchedRun()
    let partition = TopicPartition(run.scene.topics.definitions, 0)
    let visitor = try #require(run.bundle.bundle.entries.map(\.definition).first { $0.id == "visitor" })
    var altered = 0
    for record in try run.scene.records(partition)
    where String(decoding: record.key ?? [], as: UTF8.self).hasPrefix("bundle/\(run.before)") {
      altered += 1
      try run.scene.log.altering(partition, at: record.offset, { _ in nil }) {
        for place in run.places {
          let (explanation, notes) = try run.explain(visitor, place, by: .bundlesOfThen)
          #expect(notes.contains { $0.contains("are gone (bundle \(run.before))") }, "\(notes)")
          #expect(explanation.definition == visitor)
        }
      }
    }
    #expect(altered == 1)
  }

  // MARK: - Within one session

  /// Explains segment `s` as it is at the end in the session that event `a` opens, each batch under its own definitions.
  private func explain(
    _ batches: [(segment: String?, titles: [(id: String, title: String)])]
  ) throws -> Explanation {
    let settings = LaneHarness.settings()
    let harness = try LaneHarness(settings)
    let bundles = try batches.map { batch in
      try batch.segment.map { try CompiledBundle(Scene([$0], web: []).bundle) }
    }
    let last = try #require(bundles.compactMap(\.self).last)
    let customer = LaneHarness.customer()
    let session = SessionID(
      type: "web".utf8, customerIDType: "cookie".utf8, customerID: customer.utf8, firstEventID: "a".utf8,
      at: EventTime(milliseconds: LaneHarness.start))
    let explainer = LaneExplainer(
      try #require(last.bundle.entries.map(\.definition).first { $0.id == "s" }), of: last, session: session,
      customer: Explanation.Customer(id: customer, idType: "cookie"), lane: LaneHarness.lane,
      settings: settings)
    var time: Int64 = 0
    for (batch, bundle) in zip(batches, bundles) {
      let events = batch.titles.map { id, title in
        defer { time += 1_000 }
        return LaneHarness.event(
          id, at: time, name: "page_viewed", ",\"page\":{\"title\":\"\(title)\"}")
      }
      explainer.reduce(
        LaneBatch(
          takenAt: EventTime(milliseconds: LaneHarness.start + time),
          inputs: [harness.input("web", events)], definitions: bundle))
    }
    return try #require(explainer.explanation())
  }

  private func segment(_ title: String, count: Int = 1, version: Int, more: String = "") -> String {
    Scene.segment(
      "s", journey: Scene.pattern(Scene.criterion("page.title", "equal", title), count: count), more
    ).replacing("\"version\":1", with: "\"version\":\(version)")
  }

  @Test func whatHeldBeforeTheSwitchIsExplainedByTheRuleBefore() throws {
    let found = try explain([
      (segment("Cart", version: 1), [("a", "Home"), ("b", "Cart")]),
      (segment("Help", version: 2), [("c", "Help"), ("d", "Help")]),
    ])
    #expect(found.held)
    #expect(found.moment?.event == "b")
    #expect(found.definition.version == 1)
    #expect(found.journey[0].events == ["b"])
    #expect(found.journey[0].hits.count == 1)
    #expect(found.journey[0].scope.count == 2)
    #expect(found.subject.events.count == 4)
    #expect(
      found.notes == [
        "this is the definition of then, version 1; it has changed since, to version 2",
        "2 events came while it said something else, version 2",
      ])
  }

  @Test func whatHeldAfterTheSwitchIsExplainedByTheRuleAfter() throws {
    let found = try explain([
      (segment("Cart", count: 3, version: 1), [("a", "Cart"), ("b", "Cart")]),
      (segment("Help", version: 2), [("c", "Cart"), ("d", "Help")]),
    ])
    #expect(found.held)
    #expect(found.moment?.event == "d")
    #expect(found.definition.version == 2)
    #expect(found.journey[0].events == ["d"])
    #expect(found.journey[0].criteria[0].seen.kept.map(\.values) == [["Cart"], ["Help"]])
    #expect(found.notes == ["2 events came while it said something else, version 1"])
  }

  @Test func whatDidNotHoldIsExplainedByTheLastRule() throws {
    let found = try explain([
      (segment("Cart", count: 3, version: 1), [("a", "Cart"), ("b", "Cart")]),
      (segment("Cart", count: 2, version: 2), [("c", "Cart")]),
    ])
    // Counts of a rule that says something else now begin anew.
    #expect(!found.held)
    #expect(found.definition.version == 2)
    #expect(found.journey[0].counted == 1)
    #expect(found.journey[0].why == "1 of 2 events")
  }

  @Test func aVersionThatSaysTheSameGoesOn() throws {
    let found = try explain([
      (segment("Cart", count: 3, version: 1), [("a", "Cart"), ("b", "Cart")]),
      (segment("Cart", count: 3, version: 2), [("c", "Cart")]),
    ])
    #expect(found.held)
    #expect(found.moment?.event == "c")
    #expect(found.definition.version == 2)
    #expect(found.journey[0].events == ["a", "b", "c"])
    #expect(found.journey[0].hits.count == 3)
    #expect(found.notes.isEmpty)
  }

  @Test func eventsWithoutTheDefinitionAreCountedApart() throws {
    let found = try explain([
      (nil, [("a", "Cart")]),
      (segment("Cart", count: 2, version: 1), [("b", "Cart")]),
      (Scene.segment("other", journey: Scene.pattern()), [("c", "Cart")]),
      (segment("Cart", count: 2, version: 1), []),
    ])
    #expect(!found.held)
    #expect(found.journey[0].counted == 1)
    #expect(found.journey[0].events == ["b"])
    #expect(found.notes == ["2 events came while it was not in force"])
  }

  @Test func aSegmentThatWasSwitchedOffThenSaysSo() throws {
    let found = try explain([
      (segment("Cart", version: 1, more: ",\"isActive\":false"), [("a", "Cart")]),
      (segment("Cart", version: 2), []),
    ])
    #expect(!found.held)
    #expect(found.notes.contains("it is not active, so it is assigned to no session"))
    #expect(found.notes.contains { $0.hasPrefix("this is the definition of then, version 1") })
  }
}
