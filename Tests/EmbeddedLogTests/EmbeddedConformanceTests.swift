internal import EmbeddedLog
internal import EventLog
internal import LogConformance
internal import Testing

@Suite struct EmbeddedConformanceTests {
  /// One member owns everything, so that there is no sharing to test; and a file takes records of any size.
  static let capabilities = Set(Capability.allCases).subtracting([.rebalance, .recordLimit])

  static let cases = Conformance.cases.filter { $0.requires.isSubset(of: capabilities) }

  @Test(arguments: cases) func conforms(_ conformanceCase: ConformanceCase) throws {
    let file = try TemporaryFile()
    let clock = ManualClock()
    var subject = LogUnderTest(name: "embedded", supports: Self.capabilities, pollTimeout: .milliseconds(5)) {
      try EmbeddedLog(path: file.path, configuration: clock.configuration())
    }
    subject.removeRecords = { log, positions in try (log as? EmbeddedLog)?.removeRecords(before: positions) }
    subject.compact = { log in try (log as? EmbeddedLog)?.compact() }
    // The owner is silent from now on, and whoever waits sees that for as long as a lease lasts.
    subject.expireOwner = { _, _, _ in clock.run() }
    try conformanceCase.run(subject)
  }
}
