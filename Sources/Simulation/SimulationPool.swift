internal import CAffinity
internal import Foundation
internal import Synchronization

/// Runs many seeds, several at a time.
///
/// Each job has a core to itself: of a simulation's threads one runs at a time, and to wake the next one on
/// another core takes ten times as long as the step between them.
package struct SimulationPool: Sendable {
  /// How many simulations run at the same time.
  package var jobs: Int

  /// Creates a pool; without a number of jobs it takes one for each core.
  package init(jobs: Int? = nil) { self.jobs = max(jobs ?? ProcessInfo.processInfo.activeProcessorCount, 1) }

  /// The reports of the seeds, in the order in which they end. Seeds that nobody waits for are not begun.
  package func reports(
    of seeds: ClosedRange<UInt64>, mutation: Mutation? = nil, always: Set<Emphasis> = [],
    keepsTrace: Bool = false
  ) -> AsyncStream<SimulationReport> {
    AsyncStream { reports in
      let queue = SeedQueue(seeds, jobs: jobs)
      reports.onTermination = { _ in queue.stop() }
      for job in 0..<jobs {
        Thread.detachNewThread {
          affinity_stay(UInt32(job))
          while let seed = queue.next() {
            reports.yield(
              Simulation(seed: seed, mutation: mutation, always: always, keepsTrace: keepsTrace).run())
          }
          if queue.leave() { reports.finish() }
        }
      }
    }
  }

  /// Seeds that wait for a job.
  private final class SeedQueue: Sendable {
    private let state: Mutex<(next: UInt64?, jobs: Int)>
    private let last: UInt64

    init(_ seeds: ClosedRange<UInt64>, jobs: Int) {
      state = Mutex((seeds.lowerBound, jobs))
      last = seeds.upperBound
    }

    func next() -> UInt64? {
      state.withLock { state in
        guard let seed = state.next else { return nil }
        state.next = seed < last ? seed + 1 : nil
        return seed
      }
    }

    func stop() { state.withLock { $0.next = nil } }

    /// Whether the last job has left.
    func leave() -> Bool {
      state.withLock { state in
        state.jobs -= 1
        return state.jobs == 0
      }
    }
  }
}
