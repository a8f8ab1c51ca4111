import EventLog
import JourneyModel
import Processor
import SimulatedLog
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(2))) struct EndProbeTests {
  /// Refuses the first requests for bounds.
  private struct Refusals: FaultInjector {
    static let count = 3

    mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
      guard request.kind == .readBounds, request.number < Refusals.count else { return .proceed }
      return .fail(LogError(.retry, code: "injected", "bounds"), .beforeEffect)
    }
  }

  @Test func aLogThatRefusesIsAskedAgain() async throws {
    let log = SimulatedLog(seed: 1)
    try log.create([TopicSpecification(name: "web", partitions: 1)])
    let publisher = try log.makePublisher()
    var batch = OutputBatch()
    for _ in 0..<5 { batch.append("web", partition: 0, key: nil, value: [0x31]) }
    try publisher.send(batch)
    log.faults = Refusals()
    let monitor = ProcessorMonitor { Scene.moment(0) }
    monitor.note(.restoring([0]))
    monitor.note(.turned(TurnReport(isMember: true, inputs: [Scene.input(1, of: nil)])))
    let probe = Task { try await EndProbe(monitor: monitor, log: log, interval: .milliseconds(2)).run() }
    while monitor.read().facts.lanes[0]?.inputs["web"]?.lag != 4 {
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(log.firedFaults.count(.readBounds) == Refusals.count)
    probe.cancel()
    _ = await probe.result
  }
}
