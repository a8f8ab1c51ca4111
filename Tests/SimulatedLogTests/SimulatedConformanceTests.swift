internal import EventLog
internal import LogConformance
internal import SimulatedLog
internal import Testing

@Suite struct SimulatedConformanceTests {
  @Test(arguments: Conformance.cases) func conforms(_ conformanceCase: ConformanceCase) throws {
    let log = SimulatedLog(seed: 1)
    try conformanceCase.run(Self.subject(log))
  }

  @Test func everyCaseApplies() {
    let log = SimulatedLog(seed: 1)
    #expect(Conformance.cases(for: Self.subject(log)).count == Conformance.cases.count)
  }

  static func subject(_ log: SimulatedLog) -> LogUnderTest {
    var subject = LogUnderTest(
      name: log.name, supports: Set(Capability.allCases), pollTimeout: .zero
    ) { log }
    subject.removeRecords = { _, positions in try log.removeRecords(before: positions) }
    subject.compact = { _ in log.compact() }
    subject.expireOwner = { _, group, instance in log.evict(group: group, instance: instance) }
    return subject
  }
}
