import Identity
import JourneyModel
import Testing

/// Texts become identifiers, or say why not.
@Suite struct IdentifierTests {
  private func read(
    _ type: IdentifierType, _ value: String, source: String = "", _ rules: IdentifierRules = IdentifierRules()
  ) -> String {
    do {
      let identifier = try rules.identifier(type, value.utf8, source: source.utf8)
      return text(identifier.value) + (identifier.source.isEmpty ? "" : "@" + text(identifier.source))
    } catch {
      return "!\(error.rawValue)"
    }
  }

  @Test(arguments: [
    ("Gwen@Example.COM", "gwen@example.com"), ("  gwen@example.com\t", "gwen@example.com"),
    ("gwen.b+news@example.com", "gwen.b+news@example.com"), ("mailto:Gwen@example.com", "gwen@example.com"),
    ("Gwen <gwen@example.com>", "gwen@example.com"), ("GWÉN@example.com", "gwÉn@example.com"),
    ("gwen", "!notEmail"), ("@example.com", "!notEmail"), ("gwen@", "!notEmail"), ("a@b@c", "!notEmail"),
    ("gw en@example.com", "!notEmail"), ("", "!empty"), (" ", "!empty"), ("g\u{0}@x", "!notText"),
    ("Test@Test.com", "!blocked"), ("a@a.com", "!blocked"), ("null", "!blocked"),
    ("+15550100001", "!notEmail"),
  ])
  func mail(_ value: String, _ expected: String) { #expect(read(.email, value) == expected) }

  @Test(arguments: [(63, true), (64, true), (65, false)])
  func localPartsHave64Bytes(_ count: Int, _ isAllowed: Bool) {
    let address = String(repeating: "ab", count: count).prefix(count) + "@example.com"
    #expect(read(.email, String(address)) == (isAllowed ? String(address) : "!tooLong"))
  }

  @Test(arguments: [(253, true), (254, true), (255, false)])
  func addressesHave254Bytes(_ count: Int, _ isAllowed: Bool) {
    let address = "gwen@" + String(repeating: "ab", count: count).prefix(count - 9) + ".com"
    #expect(address.utf8.count == count)
    #expect(read(.email, address) == (isAllowed ? address : "!tooLong"))
  }

  @Test(arguments: [
    ("+123456", "!notE164"), ("+1234567", "+1234567"), ("+12345678", "+12345678"),
    ("+12345678901234", "+12345678901234"), ("+123456789012345", "+123456789012345"),
    ("+1234567890123456", "!notE164"), ("+0123456789", "!notE164"), ("tel:+1 (555) 010-0001", "+15550100001"),
    ("+1.555/010-0001", "+15550100001"), ("5550100001", "!notE164"), ("gwen", "!notE164"),
    ("anonymous", "!blocked"), ("0000000", "!blocked"), ("-1", "!blocked"), ("+", "!blocked"),
  ])
  func phones(_ value: String, _ expected: String) { #expect(read(.phone, value) == expected) }

  @Test func nationalNumbersAreReadOnlyAsConfigured() {
    var rules = IdentifierRules()
    #expect(read(.phone, "0871234567", rules) == "!notE164")
    (rules.plan.callingCode, rules.plan.trunkPrefix) = ("353", "0")
    #expect(read(.phone, "0871234567", rules) == "+353871234567")
  }

  @Test(arguments: [(254, true), (255, true), (256, false)])
  func othersHave255Bytes(_ count: Int, _ isAllowed: Bool) {
    let value = String(String(repeating: "ab", count: count).prefix(count))
    #expect(read(.externalID, value) == (isAllowed ? value : "!tooLong"))
    #expect(read(.cookie, value) == (isAllowed ? value : "!tooLong"))
    #expect(read(.externalID, "1x", source: value) == (isAllowed ? "1x@" + value : "!tooLong"))
  }

  @Test(arguments: [
    "", " ", "0", "000-000", "-", "-1", "null", "NULL", "\"null\"", "'None'", "nil", "undefined", "NaN",
    "n/a",
    "Unknown", "anonymous", "guest", "test", "true", "false", "invalid", "void", "[object Object]", "not set",
    "id", "email", "distinct_id", "xxxx", "\"\"", "`null`", " null ",
  ])
  func whatNamesNobodyIsBlocked(_ value: String) {
    for type in IdentifierType.allCases { #expect(read(type, value).hasPrefix("!")) }
    #expect(BlockedValues().contains(bytes(value)))
  }

  @Test(arguments: ["nullable", "-12", "tester", "100", "ab", "example.com", "0x1"])
  func whatOnlyLooksAlikeIsNot(_ value: String) { #expect(read(.externalID, value) == value) }

  @Test func keysTellTypesValuesAndSourcesApart() {
    let all = [
      external("1", "a"), external("1", "b"), external("1a", ""), external("", "1a"), email("a"),
      Identifier(type: .phone, value: bytes("+15550100001")),
      Identifier(type: .externalID, value: bytes("+15550100001")),
    ]
    #expect(Set(all.map(\.key)).count == all.count)
    #expect(Set(all).count == all.count)
  }

  @Test func keysAreThoseOfPython() throws {
    // uuid5(uuid5(NAMESPACE_URL, "https://sojourn.dev/identifier"), "email\0gwen@example.com\0")
    let key = Identifier(type: .email, value: bytes("gwen@example.com")).key
    #expect(SessionID(high: key.high, low: key.low).text == "c68a1174-cb4c-5922-a979-359c68f3c6cf")
    let id = ContactID(of: Identifier(type: .email, value: bytes("gwen@example.com")), generation: 1)
    #expect(text(id.text) == "22920bfc-5220-5935-9d85-82f0ca642915")
  }

  @Test func oneKeyIsNotOneIdentifier() {
    let key = email("a").key
    let one = Identifier(type: .email, value: bytes("a@x"), source: [], key: key)
    #expect(one != Identifier(type: .email, value: bytes("b@x"), source: [], key: key))
  }

  @Test func nothingLongerThanTheLongestBlockedValueIsBlocked() {
    var rules = IdentifierRules()
    rules.blocked.words = [bytes("nobody")]
    for (value, expected) in [("nobod", "nobod"), ("nobody", "!blocked"), ("nobodyy", "nobodyy")] {
      #expect(read(.externalID, value, source: "", rules) == expected)
      #expect(read(.externalID, "'\(value.uppercased())'", rules).hasPrefix("!") == expected.hasPrefix("!"))
    }
    // As many bytes as the longest of those that are blocked by default.
    #expect(read(.externalID, "[object object]") == "!blocked")
    rules.blocked.words.insert(bytes("nobody at all"))
    #expect(read(.externalID, "Nobody at all", rules) == "!blocked")
    rules.blocked.words = []
    #expect(read(.externalID, "nobody", rules) == "nobody")
  }

  @Test func nothingLongerThanTheLongestRoleIsOne() {
    var rules = IdentifierRules()
    rules.roles = [bytes("desk")]
    for (local, isRole) in [("des", false), ("desk", true), ("desks", false), ("info", false)] {
      #expect(rules.isRole(email(local)) == isRole)
    }
    rules.roles.insert(bytes("helpdesk"))
    #expect(rules.isRole(email("helpdesk")))
    // A value without an @ is no address, and no role either.
    #expect(!rules.isRole(Identifier(type: .phone, value: bytes("desk"))))
  }

  @Test func aKeyIsItsBytes() {
    let key = IdentifierKey(high: 0x0102_0304_0506_0708, low: 0xf1f2_f3f4_f5f6_f7f8)
    #expect(key.bytes == [1, 2, 3, 4, 5, 6, 7, 8, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8])
    #expect(IdentifierKey.none.bytes == [UInt8](repeating: 0, count: 16))
  }

  @Test func rolesAreShared() {
    let rules = IdentifierRules()
    for local in ["info", "support", "sales", "admin", "noreply", "no-reply"] {
      #expect(rules.isRole(email(local)))
    }
    #expect(!rules.isRole(email("information")))
    #expect(!rules.isRole(external("info")))
  }

  @Test func typesHaveNames() {
    for type in IdentifierType.allCases { #expect(IdentifierType(name: type.name.utf8) == type) }
    #expect(IdentifierType(name: "sip".utf8) == nil)
    #expect(IdentifierType.allCases.filter { !$0.isStrong } == [.cookie, .guest, .appInstallation])
  }

  @Test func anyBytesAreReadWithoutATrap() {
    let pieces = ["tel:", "@", "+", " ", "\"", "\u{0}", "é", "1", "a", "<", ">", "mailto:"]
    for one in pieces {
      for two in pieces {
        for three in pieces {
          for type in IdentifierType.allCases { _ = read(type, one + two + three, source: two) }
        }
      }
    }
  }
}
