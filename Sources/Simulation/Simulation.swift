internal import Processor
internal import WireFormat

/// Runs the production processor on the simulated log: several processes, seeded faults at every request,
/// virtual time, one thread; then lets it heal, and checks what is in the log.
package struct Simulation: Sendable {
  /// The group of all processes.
  static let group = "sojourn"
  /// Topics that a lane restores from.
  static let internalTopics = { (topics: TopicNames) in [topics.journal, topics.redo, topics.state] }(
    TopicNames())

  /// The seed: decides everything.
  package var seed: UInt64
  /// A fault in the processor itself, for checking the checks.
  package var mutation: Mutation?
  /// What it has in any case.
  package var always: Set<Emphasis>

  /// Whether the report lists every step of the log.
  package var keepsTrace: Bool

  /// Creates a simulation.
  package init(
    seed: UInt64, mutation: Mutation? = nil, always: Set<Emphasis> = [], keepsTrace: Bool = false
  ) {
    self.seed = seed
    self.mutation = mutation
    self.always = always
    self.keepsTrace = keepsTrace
  }

  /// Runs it on the calling thread, which is busy until the end.
  package func run() -> SimulationReport {
    let run = SimulationRun(seed: seed, mutation: mutation, always: always, keepsTrace: keepsTrace)
    do {
      try run.run()
    } catch {
      run.violate("the simulation itself failed: \(error)")
    }
    return run.finish()
  }
}
