import Intake
import JourneyModel
import Testing
import WireFormat

/// Decoders are lent, never shared.
@Suite struct DecoderPoolTests {
  @Test("Bodies that are read at the same time have the answers that each has alone")
  func together() async {
    let dialect = EventsDialect()
    let bodies = (0..<64).map { number in
      "[" + (0..<20).map { Intakes.event("e\(number)-\($0)") }.joined(separator: ",") + ",{}]"
    }
    let alone = bodies.map { EventsDialect().read($0, Intakes.source(.browser)).summaries }
    let together = await withTaskGroup(of: (Int, [String]).self) { group in
      for (index, body) in bodies.enumerated() {
        group.addTask { (index, dialect.read(body, Intakes.source(.browser)).summaries) }
      }
      return await group.reduce(into: [Int: [String]]()) { $0[$1.0] = $1.1 }
    }
    for index in bodies.indices { #expect(together[index] == alone[index]) }
    #expect(alone[0].count == 21 && alone[0][0] == "accepted e0-0 web")
  }

  @Test("Limits that are set later count")
  func limits() {
    var settings = IntakeSettings()
    let before = EventsDialect(settings)
    settings.limits.maxIdentifierBytes = 10
    let event = Intakes.event("e1234567890")
    #expect(
      EventsDialect(settings).read(event, Intakes.source(.browser)).summaries == [
        "0 e1234567890 badEventID $.id"
      ])
    #expect(before.read(event, Intakes.source(.browser)).summaries == ["accepted e1234567890 web"])
  }
}
