import JourneyRules
import Testing

@Suite("DefinitionValue")
struct DefinitionValueTests {
  @Test("A member is found by the bytes of its name, not by what Unicode calls equal")
  func members() {
    let value = DefinitionValue.object([
      .init("caf\u{e9}", .number("1")), .init("cafe\u{301}", .number("2")),
    ])
    #expect(value["caf\u{e9}"] == .number("1"))
    #expect(value["cafe\u{301}"] == .number("2"))
    #expect(value["cafe"] == nil)
    #expect(DefinitionValue.array([])["caf\u{e9}"] == nil)
  }
}
