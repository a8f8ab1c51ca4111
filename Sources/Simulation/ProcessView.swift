internal import EventLog
internal import SimulatedLog
internal import WireFormat

/// A process's way to the log: every request is a moment at which the process may die, hang, or be overtaken.
///
/// Unchecked, because everything of a simulation is confined to the thread that drives it.
final class ProcessView: @unchecked Sendable {
  let process: SimulatedProcess
  let log: SimulatedLog
  let scheduler: Scheduler
  let mutation: Mutation?
  /// What happens around a request: other processes run, chaos strikes.
  let around: (SimulatedProcess) -> Void
  /// What happens while lanes are given back.
  let inRelease: (SimulatedProcess) -> Void
  /// For the mutation that reads the ends too early.
  var earlyBounds: [TopicPartition: PartitionBounds] = [:]

  init(
    process: SimulatedProcess, log: SimulatedLog, scheduler: Scheduler, mutation: Mutation?,
    around: @escaping (SimulatedProcess) -> Void, inRelease: @escaping (SimulatedProcess) -> Void
  ) {
    self.process = process
    self.log = log
    self.scheduler = scheduler
    self.mutation = mutation
    self.around = around
    self.inRelease = inRelease
  }

  /// Makes a request, unless the process is dead or dies on the way.
  func request<Value>(_ kind: FaultRequest.Kind, _ body: () throws -> Value) throws -> Value {
    try checkAlive(kind)
    around(process)
    try checkAlive(kind)
    do {
      let value = try body()
      try checkAlive(kind)
      return value
    } catch let crash as SimulatedCrash {
      process.kill()
      throw crash
    }
  }

  private func checkAlive(_ kind: FaultRequest.Kind) throws {
    if !process.isAlive {
      throw SimulatedCrash(
        request: FaultRequest(kind: kind, subject: process.instance, number: 0), moment: .beforeEffect)
    }
  }
}

extension ProcessView {
  /// The bounds of every topic's partitions of these lanes, as they are now.
  func allBounds(of partitions: [TopicPartition]) throws -> [TopicPartition: PartitionBounds] {
    let faults = log.faults
    log.faults = nil
    defer { log.faults = faults }
    let reader = try log.makeReader()
    let lanes = Set(partitions.map(\.lane)).sorted()
    let internals = lanes.flatMap { lane in Simulation.internalTopics.map { TopicPartition($0, lane: lane) } }
    return try reader.bounds(internals)
  }
}
