import Foundation
import Testing

@testable import Gateway

/// Definitions at the Journey API's paths.
@Suite(.timeLimit(.minutes(3))) struct DefinitionPageTests {
  private static let segments = "/api/v2/journey/segments"

  private func pages(_ paths: [String], _ permissions: Set<String>? = nil) async throws -> [(
    Int, [String: Any]
  )] {
    let scene = try QueryScene(permissions: permissions)
    return try await scene.answers(to: paths.map { QueryScene.get($0) }).map { answer in
      let value = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
      return (answer.status, try #require(value as? [String: Any]))
    }
  }

  private func ids(_ page: [String: Any]) -> [String] {
    (page["entities"] as? [[String: Any]])?.compactMap { $0["id"] as? String } ?? []
  }

  @Test func eachKindAsItWasWritten() async throws {
    let found = try await pages(DefinitionList.allCases.map(\.path))
    #expect(
      found.map { ids($0.1) } == [
        ["segment-1", "segment-2"], ["outcome-1"], ["predictor-1"], ["map-1"], ["template-1"],
      ])
    let first = try #require((found[0].1["entities"] as? [[String: Any]])?.first)
    #expect(first["selfUri"] as? String == "/api/v2/journey/segments/segment-1")
    #expect(first["displayName"] as? String == "Cart" && first["color"] as? String == "#4285f4")
    // What is ours is not there.
    #expect(first["kind"] == nil && first["matches"] == nil)
    #expect(found[2].1.keys.sorted() == ["entities"])
    #expect(found[3].1["total"] as? Int == 1 && found[3].1["pageCount"] as? Int == 1)
    let one = try await pages([
      "/api/v2/journey/outcomes/predictors/predictor-1", "\(DefinitionPageTests.segments)/none",
    ])
    #expect((one[0].1["outcome"] as? [String: Any])?["id"] as? String == "outcome-1")
    #expect(one[1].0 == 404 && one[1].1["message"] as? String == "no segment with this id is in force")
  }

  @Test func pagesHaveAddresses() async throws {
    let path = DefinitionPageTests.segments
    let found = try await pages([
      "\(path)?pageSize=1", "\(path)?pageSize=1&pageNumber=2", "\(path)?pageNumber=3&pageSize=1",
    ])
    #expect(found.map { ids($0.1) } == [["segment-1"], ["segment-2"], []])
    #expect(found[0].1["nextUri"] as? String == "\(path)?pageSize=1&pageNumber=2")
    #expect(
      found[0].1["previousUri"] == nil
        && found[0].1["lastUri"] as? String == "\(path)?pageSize=1&pageNumber=2")
    #expect(
      found[1].1["nextUri"] == nil
        && found[1].1["previousUri"] as? String == "\(path)?pageSize=1&pageNumber=1")
    #expect(found[2].1["pageNumber"] as? Int == 3 && found[2].1["total"] as? Int == 2)
  }

  @Test(arguments: [
    ("sortBy=displayName", ["segment-2", "segment-1"]), ("sortBy=-version", ["segment-2", "segment-1"]),
    ("sortBy=scope,-displayName", ["segment-1", "segment-2"]), ("isActive=true", ["segment-1"]),
    ("isActive=false", ["segment-2"]), ("segmentIds=segment-2,none", ["segment-2"]),
    ("segmentIds=segment-1&segmentIds=segment-2", ["segment-1", "segment-2"]),
    ("queryFields=displayName,color&queryValue=BIKE", ["segment-2"]),
    ("queryFields=color&queryValue=cart", []), ("filterField=version&filterValue=2", ["segment-2"]),
    ("filterField=journey.none&filterValue=x", []),
  ])
  func whatIsAskedFor(query: String, expected: [String]) async throws {
    let found = try await pages(["\(DefinitionPageTests.segments)?\(query)"])
    #expect(found[0].0 == 200 && ids(found[0].1) == expected, "\(query)")
  }

  @Test(arguments: [
    "pageSize=0", "pageSize=201", "pageNumber=0", "pageNumber=1000001", "pageNumber=x", "isActive=maybe",
    "queryFields=color", "queryValue=x", "filterField=x", "filterValue=x", "sortBy=-",
    "sortBy=" + (0...DefinitionPage.maxFields).map { "f\($0)" }.joined(separator: ","),
    "queryValue=x&queryFields=" + (0...DefinitionPage.maxFields).map { "f\($0)" }.joined(separator: ","),
    "segmentIds=" + (0...DefinitionPage.maxIDs).map(String.init).joined(separator: ","),
  ])
  func whatCannotBeAsked(query: String) async throws {
    let found = try await pages(["\(DefinitionPageTests.segments)?\(query)"])
    #expect(found[0].0 == 400 && found[0].1["code"] as? String == "invalid.query.param.value", "\(query)")
  }

  @Test func eachKindNeedsItsPermission() async throws {
    for (list, permissions) in [
      (DefinitionList.segments, ["journey:segment:view"]), (.outcomes, ["journey:outcome:view"]),
      (.predictors, ["journey:outcome:view"]), (.predictors, ["journey:outcomepredictor:view"]),
      (.actionMaps, ["journey:actionmap:view"]),
      (.actionTemplates, ["journey:actiontemplate:view"]), (.actionTemplates, ["journey:actionmap:view"]),
    ] {
      let statuses = try await pages(DefinitionList.allCases.map(\.path), Set(permissions)).map(\.0)
      let place = try #require(DefinitionList.allCases.firstIndex(of: list))
      #expect(statuses[place] == 200, "\(list)")
      #expect(statuses.filter { $0 == 403 }.count >= 3, "\(list)")
    }
  }
}
