import JourneyRules
import Testing
import WireFormat

/// Values of flow inputs by their type.
@Suite struct SessionLookupTests {
  @Test(arguments: [
    ("10", "10"), ("10.0", "10"), ("1e2", "100"), ("-3.00", "-3"), ("007", "7"), ("10.5", "null"),
    ("ten", "null"),
    ("1e-1", "null"), ("", "null"),
  ]) func anIntegerIsAWholeNumberHoweverItIsWritten(_ text: String, _ json: String) {
    #expect(SessionLookup.typed(.string(text), .integer) == json)
    #expect(SessionLookup.typed(.number(text), .integer) == json)
  }

  @Test func aNumberStaysAsItIsWritten() {
    #expect(SessionLookup.typed(.number("10.0"), .number) == "10.0")
    #expect(SessionLookup.typed(.number("1e2"), .number) == "1e2")
  }
}
