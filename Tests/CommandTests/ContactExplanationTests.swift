import ArgumentParser
import Foundation
import Identity
import JourneyModel
import Presentation
import Testing

@testable import sojourn

/// What `sojourn explain contact` prints.
@Suite struct ContactExplanationTests {
  private let ada = Identifier(type: .email, value: Array("ada@example.com".utf8))
  private let number = Identifier(type: .phone, value: Array("+15550100".utf8))
  private let other = Identifier(type: .phone, value: Array("+15550199\u{1b}[31m".utf8))

  private func stamp(_ minute: Int64, _ id: String) -> Stamp {
    Stamp(EventTime(milliseconds: 1_767_607_200_000 + minute * 60_000), Array(id.utf8))
  }

  private func explanation() throws -> ContactExplanation {
    var members = [ada, number, other].enumerated().map { place, identifier in
      Member(identifier, at: stamp(Int64(place), "").time)
    }
    members[0].traits.insert(Trait(Array("givenName".utf8), Array("Ada".utf8), stamp(1, "e1")))
    let vip = SegmentAssignment(
      Array("vip".utf8), isAssigned: true, expires: stamp(60, "").time, stamp(5, "k-vip"))
    members[0].segments.insert(vip)
    members[0].grants.insert(Grant(map: Array("welcome".utf8), assignment: vip.id, holder: stamp(6, "s-1")))
    let pair = try #require(IdentifierPair(ada.key, number.key))
    let apart = try #require(IdentifierPair(ada.key, other.key))
    let cluster = Cluster(
      members: members,
      assertions: [
        Assertion(link: pair, .authenticated, stamp(2, "e2")),
        Assertion(link: apart, .observed, stamp(3, "e3")),
        Assertion(separation: apart, stamp(4, "k-apart")),
      ])
    let root = Register(NodeRef(ada.key, lane: 2), cluster: cluster)
    return try #require(ContactExplanation(of: number.key, in: root, IdentityLimits()))
  }

  @Test func thePersonIsExplainedInLines() throws {
    let lines = ContactExplanationReport(explanation: try explanation(), terminal: .plain).lines
    let text = lines.joined(separator: "\n")
    #expect(lines.first?.hasPrefix("Ada (Identified, authenticated), ") == true, "\(text)")
    for part in [
      "  email ada@example.com: claimed, since 2026-01-05T10:00:00.000Z, names the contact",
      "authenticated by event e2, 2026-01-05T10:02:00.000Z",
      "claimed by event e3, 2026-01-05T10:03:00.000Z; somebody has separated the two since or before",
      "curated by command k-apart, 2026-01-05T10:04:00.000Z; this keeps them apart",
      "  vip since 2026-01-05T10:05:00.000Z until 2026-01-05T11:00:00.000Z, by command k-vip",
      "action map welcome has acted on it in session s-1, 2026-01-05T10:06:00.000Z",
    ] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
    #expect(!text.contains("\u{1b}"), "what was typed is no command to a terminal")
  }

  @Test func asJSONItIsOneObject() throws {
    let line = ContactExplanationJSON(explanation: try explanation()).line
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    #expect(object["name"] as? String == "Ada" && object["lane"] as? Int == 2)
    let links = try #require(object["links"] as? [[String: Any]])
    #expect(links.map { $0["outcome"] as? String } == ["separates", "joined", "separated"])
    #expect(links.map { $0["cause"] as? String } == ["k-apart", "e2", "e3"])
    #expect((object["identifiers"] as? [[String: Any]])?.count == 2)
    let segment = try #require((object["segments"] as? [[String: Any]])?.first)
    let grant = try #require((object["grants"] as? [[String: Any]])?.first)
    #expect(grant["assignment"] as? String == segment["assignment"] as? String)
  }

  @Test func theWordContactChoosesWhatIsExplained() throws {
    let contact = try ExplainCommand.parseAsRoot(["contact", "ada@example.com", "--json"])
    #expect((contact as? ExplainContactCommand)?.who == "ada@example.com")
    for arguments in [
      ["0c1d2e3f", "visitors", "--json"], ["--json", "0c1d2e3f", "visitors"],
      ["session", "0c1d2e3f", "visitors", "--json"],
    ] {
      let session = try ExplainCommand.parseAsRoot(arguments) as? ExplainSessionCommand
      #expect(session?.session == "0c1d2e3f" && session?.definition == "visitors" && session?.json == true)
    }
  }
}
