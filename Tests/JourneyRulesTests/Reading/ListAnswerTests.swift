import JourneyRules
import Testing

@Suite("List answers")
struct ListAnswerTests {
  private let two = #"{"id":"a","displayName":"A"},{"id":"b","displayName":"B"}"#

  @Test("The paged answer, an array and single objects give the same definitions")
  func forms() throws {
    let paged = try Samples.read(
      #"{"entities":[\#(two)],"pageSize":25,"pageNumber":1,"total":2,"firstUri":"/f","selfUri":"/api/v2/journey/segments","lastUri":"/l","pageCount":1}"#,
      folder: "segments")
    let array = try Samples.read("[\(two)]", folder: "segments")
    let single =
      try Samples.read(#"{"id":"a","displayName":"A"}"#, folder: "segments").entries
      + Samples.read(#"{"id":"b","displayName":"B"}"#, folder: "segments").entries
    #expect(paged.entries.map(\.definition) == single.map(\.definition))
    #expect(array.entries.map(\.definition) == single.map(\.definition))
    #expect(paged.entries.map(\.path.description) == ["$.entities[0]", "$.entities[1]"])
    #expect(paged.findings.allSatisfy { $0.severity == .note })
  }

  @Test("A kind of the list is that of its entities, unless one says otherwise")
  func kinds() throws {
    let reading = try Samples.read(
      #"{"kind":"segment","entities":[{"id":"a","displayName":"A"},{"kind":"outcome","id":"b","displayName":"B"}]}"#
    )
    #expect(reading.entries.map(\.definition.kind) == [.segment, .outcome])
  }

  @Test("A page that is not the last says so")
  func nextPage() throws {
    let reading = try Samples.read(
      #"{"entities":[\#(two)],"nextUri":"/api/v2/journey/segments?pageNumber=2"}"#, folder: "segments")
    #expect(reading.entries.count == 2)
    #expect(
      reading.findings.first.map { "\($0)" }
        == "f.json: warning: $.nextUri is '/api/v2/journey/segments?pageNumber=2', expected the last page, or all of them: "
        + "this list goes on elsewhere")
  }

  @Test("A listing beside the single files repeats them: a warning each, and one of each in the bundle")
  func repeated() throws {
    let check = DefinitionCheck([
      try Samples.document(json: #"{"id":"a","displayName":"A"}"#, file: "a.json", folder: "segments"),
      try Samples.document(json: #"{"entities":[\#(two)]}"#, file: "_listing.json", folder: "segments"),
    ])
    #expect(
      check.findings.filter { $0.severity != .note }.map { "\($0)" } == [
        "_listing.json: warning: $.entities[0].id is 'a', expected every definition once: a.json says the same"
      ])
    #expect(check.bundle?.segments.map(\.id) == ["a", "b"])
  }
}
