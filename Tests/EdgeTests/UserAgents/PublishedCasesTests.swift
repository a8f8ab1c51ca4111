import Testing

@testable import Edge

/// What `uap-core` says that its rules find is what they find here.
@Suite(.enabled(if: EdgeLibraries.isBuilt)) struct PublishedCasesTests {
  private static let limits = EdgeLimits()
  private let rules: UserAgentRules

  /// Loaded once: compiling the rules takes a while.
  private static let loaded = Result {
    let path = EdgeSettings.installedRules
    return try UserAgentRules(
      yaml: UserAgentRules.text(path: path, limits: PublishedCasesTests.limits), path: path,
      limits: PublishedCasesTests.limits)
  }

  init() throws { rules = try PublishedCasesTests.loaded.get() }

  /// Compares every case of a file.
  private func check(
    _ file: String, members: [String], atLeast: Int, by list: [UserAgentRules.Rule], unknown: [String?]
  ) throws {
    let cases = try PublishedCases(file).cases
    #expect(cases.count >= atLeast)
    var wrong: [String] = []
    for sample in cases {
      let text = try #require(sample["user_agent_string"])
      let subject = MatchSubject(Array(text.utf8), limits: PublishedCasesTests.limits)
      let parts = UserAgentRules.parts(subject, by: list) ?? unknown
      #expect(subject.stopped == 0)
      // A case may say nothing of a part.
      for (part, member) in members.enumerated() where sample[member] != nil {
        let found = part < parts.count ? parts[part] ?? "" : ""
        if found != sample[member] { wrong.append("\(member) '\(found)' for \(sample)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(cases.count): \(wrong.prefix(5).joined(separator: "\n"))")
  }

  @Test("The rules all compile")
  func rulesCompile() {
    #expect(rules.notes.isEmpty)
    #expect(rules.browsers.count > 300 && rules.systems.count > 150 && rules.devices.count > 600)
  }

  @Test(arguments: [
    ("tests/test_ua.yaml", 1_400), ("test_resources/firefox_user_agent_strings.yaml", 200),
    ("test_resources/opera_mini_user_agent_strings.yaml", 200),
    ("test_resources/podcasting_user_agent_strings.yaml", 100),
    ("test_resources/pgts_browser_list.yaml", 12_000),
  ])
  func browsers(file: String, atLeast: Int) throws {
    try check(
      file, members: ["family", "major", "minor", "patch"], atLeast: atLeast, by: rules.browsers,
      unknown: ["Other"])
  }

  @Test(arguments: [("tests/test_os.yaml", 450), ("test_resources/additional_os_tests.yaml", 20)])
  func systems(file: String, atLeast: Int) throws {
    try check(
      file, members: ["family", "major", "minor", "patch", "patch_minor"], atLeast: atLeast,
      by: rules.systems, unknown: ["Other"])
  }

  @Test func devices() throws {
    try check(
      "tests/test_device.yaml", members: ["family", "brand", "model"], atLeast: 15_000, by: rules.devices,
      unknown: ["Other"])
  }
}
