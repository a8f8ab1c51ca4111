import Testing

@testable import Edge

@Suite(.enabled(if: EdgeLibraries.isBuilt)) struct UserAgentRulesTests {
  private func rules(_ browsers: String, limits: EdgeLimits = EdgeLimits()) throws -> UserAgentRules {
    try UserAgentRules(
      yaml: """
        user_agent_parsers:
        \(browsers)
        os_parsers:
          - regex: '(Plan) (9)'
        device_parsers:
          - regex: '(toaster)[ /]([a-z]*)'
            regex_flag: 'i'
            device_replacement: 'Kitchen $1'
            brand_replacement: ' $2 '
            model_replacement: '$3'
        """, path: "rules.yaml", limits: limits)
  }

  private func subject(_ text: String, limits: EdgeLimits = EdgeLimits()) -> MatchSubject {
    MatchSubject(Array(text.utf8), limits: limits)
  }

  @Test func theFirstRuleThatMatchesCounts() throws {
    let rules = try rules(
      """
        - regex: '(Lynx)/(\\d+)'
          family_replacement: 'First'
        - regex: '(Lynx)/(\\d+)\\.(\\d+)'
          v1_replacement: '7'
        - regex: '(Mosaic)/(\\d+)\\.(\\d+)'
          v1_replacement: 'v$2'
      """)
    #expect(UserAgentRules.parts(subject("Lynx/2.8"), by: rules.browsers) == ["First", "2", nil, nil, nil])
    #expect(
      UserAgentRules.parts(subject("Mosaic/1.3"), by: rules.browsers) == ["Mosaic", "v1", "3", nil, nil])
    #expect(UserAgentRules.parts(subject("mosaic/1.3"), by: rules.browsers) == nil)
  }

  @Test func replacementsAreFilledInAndTrimmed() throws {
    let rules = try rules("  - regex: 'x'")
    #expect(
      UserAgentRules.parts(subject("TOASTER acme"), by: rules.devices) == ["Kitchen TOASTER", "acme", nil])
    #expect(UserAgentRules.parts(subject("toaster/"), by: rules.devices) == ["Kitchen toaster", nil, nil])
  }

  @Test(arguments: [
    ("a$1b", "a<Plan>b"), ("$1$2", "<Plan><9>"), ("$0", "$0"), ("$", "$"), ("cost $10", "cost <Plan>0"),
    ("$9", nil), ("  ", nil), ("\t$2\n", "<9>"), ("$$1", "$<Plan>"),
  ])
  func templates(template: String, expected: String?) throws {
    let subject = subject("<Plan><9>")
    let groups: [Range<Int>?] = [0..<9, 0..<6, 6..<9] + [Range<Int>?](repeating: nil, count: 7)
    #expect(Replacement(template).expanded(groups, of: subject) == expected)
  }

  @Test func aWrongRuleIsLeftOutAndNamed() throws {
    let rules = try rules("  - regex: '(Lynx'\n  - family_replacement: 'x'\n  - regex: '(Mosaic)'")
    #expect(rules.browsers.count == 1)
    #expect(
      rules.notes == [
        "rules.yaml: user_agent_parsers[0] is left out: missing closing parenthesis at byte 5",
        "rules.yaml: user_agent_parsers[1] is left out: no regex",
      ])
  }

  @Test(arguments: [
    "", "[]", "user_agent_parsers: 3", "a: b: c", "\u{0}", "- - -", "user_agent_parsers: []\nos_parsers: []",
  ])
  func whatHoldsNoRulesIsRefused(yaml: String) {
    #expect(throws: EdgeGap.self) { try UserAgentRules(yaml: yaml, path: "p", limits: EdgeLimits()) }
  }

  @Test(arguments: [-1, 0, 1])
  func rulesAreCounted(offset: Int) throws {
    var limits = EdgeLimits()
    limits.rules = 4
    let lines = Array(repeating: "  - regex: 'x'", count: limits.rules + offset).joined(separator: "\n")
    if offset > 0 {
      #expect(throws: EdgeGap.self) { try rules(lines, limits: limits) }
    } else {
      #expect(try rules(lines, limits: limits).browsers.count == limits.rules + offset)
    }
  }

  @Test("A pattern that would try for ever is given up, and after some no other is tried")
  func backtrackingEnds() throws {
    let endless = "  - regex: '^(([a-z])+.)+[A-Z]([a-z])+$'"
    let last = "  - regex: '(aaa)'"
    let text = String(repeating: "a", count: 60)
    let limits = EdgeLimits()
    for offset in [-1, 0, 1] {
      let count = limits.stoppedMatches + offset
      let rules = try rules(
        Array(repeating: endless, count: count).joined(separator: "\n") + "\n" + last, limits: limits)
      let subject = subject(text)
      let parts = UserAgentRules.parts(subject, by: rules.browsers)
      #expect(subject.stopped == min(count, limits.stoppedMatches))
      #expect(parts?[0] == (offset < 0 ? "aaa" : nil))
    }
  }

  @Test func bytesAreMatchedThatAreNoText() throws {
    let pattern = try Pattern("(b.d)")
    let subject = MatchSubject([0xFF, 0x62, 0xC3, 0x64, 0x00], limits: EdgeLimits())
    let groups = try #require(pattern.firstMatch(in: subject))
    #expect(groups[1] == 1..<4 && groups[2] == nil && groups.count == 10)
    #expect(subject.text(groups[1]) == "b\u{FFFD}d")
  }

  @Test func aLineEndsWhereItsDialectSays() throws {
    #expect(try Pattern("a.b").firstMatch(in: subject("a\rb")) == nil)
    #expect(try Pattern("a$").firstMatch(in: subject("a\n")) == nil)
    #expect(try Pattern("a$").firstMatch(in: subject("ba")) != nil)
    #expect(try Pattern("^$").firstMatch(in: subject("")) != nil)
  }

  @Test func moreGroupsThanAreReported() throws {
    let groups = try #require(
      try Pattern("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)").firstMatch(in: subject("abcdefghijk")))
    #expect(groups.count == 10 && groups[0] == 0..<11 && groups[9] == 8..<9)
  }

  @Test func whatCannotBeCompiledIsAFlaw() {
    for text in [
      "(", "[z-a]", "\\C", "a{2,1}", "(*UTF)a", "(?<n>a)(?<n>b)", String(repeating: "(", count: 300),
    ] {
      #expect(throws: Pattern.Flaw.self) { try Pattern(text) }
    }
  }
}
