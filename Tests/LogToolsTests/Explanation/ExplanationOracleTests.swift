import JourneyModel
import JourneyRules
import LaneScenes
import Processor
import SeededGenerator
import Sessionizer
import Testing

@testable import LogTools

/// What an explanation says came of a definition is what `replay --definitions` writes, over random sessions
/// and definitions, with late events that bridge sessions; and its parts say why.
@Suite struct ExplanationOracleTests {
  private typealias Scene = ExplanationScene
  private static let seeds: UInt64 = 25
  private static let customers = ["ann", "bob"]

  @Test func verdictsAreThoseThatAReplayWrites() async throws {
    var pairs = 0
    var held = 0
    var merged = 0
    var actions = 0
    for seed in 0..<ExplanationOracleTests.seeds {
      let scene = try scene(seed)
      let closes = seed % 2 == 0
      let (sessions, derived) = try await scene.replay(closes: closes)
      for session in sessions.compactMap({ $0["id"]?.text }) {
        let id = try #require(SessionID(text: Array(session.utf8)))
        for definition in scene.bundle.entries.map(\.definition) {
          let found = try await scene.explain(definition.id, id, closes: closes)
          let told = ToldVerdict(
            derived, about: definition, in: Set(found.subject.merged + [found.subject.id]))
          #expect(
            told.agrees(with: found),
            "seed \(seed), \(session), \(definition.id): \(told) but \(found.held) \(String(describing: found.moment))"
          )
          expectReasons(found, "seed \(seed), \(session), \(definition.id)")
          pairs += 1
          if found.held { held += 1 }
          if !found.subject.merged.isEmpty { merged += 1 }
          if found.held, definition.kind == .actionMap { actions += 1 }
        }
      }
    }
    #expect(pairs > 400)
    #expect(held > 50)
    #expect(pairs - held > 50)
    #expect(merged > 20)
    #expect(actions > 5)
  }

  /// What held has all its parts, what did not lacks one or says what else was wrong.
  private func expectReasons(_ found: Explanation, _ place: String) {
    let parts = found.context + found.journey
    if found.definition.kind == .actionMap {
      if found.happenings.isEmpty {
        #expect(
          parts.contains { !$0.isComplete } || found.segments.contains { $0.assigned == nil }, "\(place)")
      }
    } else if found.held {
      #expect(found.journey.allSatisfy { $0.isComplete }, "\(place): \(found.journey)")
      #expect(found.context.allSatisfy { $0.hits.count > 0 }, "\(place): \(found.context)")
    } else {
      #expect(parts.contains { !$0.isComplete } || !found.notes.isEmpty, "\(place): no reason")
    }
    for part in parts {
      #expect(part.isComplete || part.why != nil, "\(place): \(part)")
      for criterion in part.criteria {
        #expect((criterion.hits.count == 0) == (criterion.why != nil), "\(place): \(criterion)")
        // A pattern can hold only if each of its criteria does.
        #expect(part.hits.count <= criterion.hits.count, "\(place): \(part)")
      }
    }
    #expect(found.subject.events.count == found.subject.eventCount, "\(place)")
  }

  /// A scene whose events and definitions the seed decides.
  func scene(_ seed: UInt64) throws -> ExplanationScene {
    var random = SeededGenerator(seed: seed)
    var now: Int64 = 0
    let titles = ["Start", "start", "Cart", "Pay"]
    let web = (0..<40).map { number in
      now += random.pick(0...60_000)
      var more =
        "\"page\":{\"title\":\"\(random.pick(titles))\",\"url\":\"https://x.example/\(random.pick(0...2))\"}"
      if random.chance(40) {
        more += ",\"browser\":{\"family\":\"\(random.pick(["Chrome", "chrome", "Firefox"]))\"}"
      }
      if random.chance(40) { more += ",\"attributes\":{\"price\":\(random.pick(0...20))}" }
      return Scene.event(
        "e\(number)", at: now - (random.chance(30) ? random.pick(0...150_000) : 0),
        random.pick(["page_viewed", "product_added"]), of: random.pick(ExplanationOracleTests.customers),
        with: more)
    }
    var definitions = (0..<5).map { number in
      var context: String?
      if random.chance(50) {
        context = Scene.context(criterion(&random, ["lastPage.title", "browser.family", "eventCount"]))
      }
      var journey: String?
      if context == nil || random.chance(60) {
        journey = (0..<random.pick(1...2)).map { _ in
          Scene.pattern(
            criterion(&random, ["page.title", "attributes.price.value", "eventName", "pageviewCount"]),
            count: Int(random.pick(1...3)), name: random.chance(40) ? "product_added" : nil)
        }.joined(separator: ",")
      }
      return Scene.segment(
        "s\(number)", context: context, journey: journey, isOrdered: random.chance(50),
        random.chance(30) ? ",\"assignmentExpirationDays\":0" : "")
    }
    definitions.append(
      "{\"kind\":\"outcome\",\"id\":\"o\",\"displayName\":\"O\",\"version\":1,\"journey\":{\"patterns\":["
        + Scene.pattern(Scene.criterion("page.title", "equal", "Pay"), count: 2) + "]}}")
    definitions.append(
      "{\"kind\":\"actionMap\",\"id\":\"m\",\"displayName\":\"M\",\"version\":1,\"triggerWithSegments\":[\"s0\"],"
        + "\"activation\":{\"type\":\"delay\",\"delayInSeconds\":30},\"action\":{\"mediaType\":\"webMessagingOffer\"},"
        + "\"pageUrlConditions\":[{\"values\":[\"/1\"],\"operator\":\"endsWith\"}]}")
    return try Scene(definitions, web: web) {
      $0.sessions.webGap = .minutes(2)
      $0.sessions.allowedLateness = .minutes(10)
    }
  }

  private func criterion(_ random: inout SeededGenerator, _ keys: [String]) -> String {
    let key = random.pick(keys)
    if key.hasSuffix("Count") || key.contains("price") {
      return Scene.criterion(
        key, random.pick(["greaterThan", "lessThan", "equal"]), "\(random.pick(1...15))")
    }
    let values = ["Start", "cart", "Pay", "Chrome", "product_added"]
    return Scene.criterion(
      key, random.pick(["equal", "notEqual", "containsAny", "startsWith"]), random.pick(values),
      ignoresCase: random.chance(50))
  }
}
