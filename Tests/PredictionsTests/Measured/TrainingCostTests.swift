import Foundation
import JourneyModel
import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// What a run of the largest window costs: only where `PREDICTION_FIGURES` asks for it. Figures go to the
/// output; what they are worth depends on the machine.
@Suite(
  .serialized, .enabled(if: ProcessInfo.processInfo.environment["PREDICTION_FIGURES"] != nil))
struct TrainingCostTests {
  /// Sessions of up to twenty events, each with a page that no other has, and ten outcomes.
  private func window(_ count: Int, pages: Int) -> TrainingWindow {
    var generator = SeededGenerator(seed: 9)
    let outcomes = (0..<10).map {
      PredictedOutcome(id: "o\($0)", definition: DefinitionHash(high: UInt64($0), low: 1))
    }
    var page: UInt32 = 0
    let examples = (0..<count).map { number in
      let start = Int64(number) * 60_000
      let story = Story.random(&generator, start: start)
      var sets = SetsWriter()
      var own: [Token] = []
      for set in story.sets {
        for _ in 0..<pages {
          page += 1
          own.append(Feature(.page, page, 1).token)
        }
        sets.append((set + own.suffix(3)).sorted())
      }
      let score = story.events.reduce(0.0) { $0 + ($1.name == "cart" ? 1.4 : $1.name == "help" ? -1.2 : 0) }
      let achieved = outcomes.indices.map { outcome in
        generator.unit() < ExactMath.sigmoid(score - 0.8 - Double(outcome) * 0.1)
          ? UInt16(story.events.count + 1) : 0
      }
      return Example(
        startedAt: time(start), closedAt: time(start + 50_000), achievedAt: achieved,
        sets: sets.sets)
    }
    return TrainingWindow([ExampleRecord(outcomes: outcomes, examples: examples)], TrainingSettings())
  }

  /// Memory of the process at most so far, in MiB.
  private func peak() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) / 1_024
  }

  @Test(arguments: [0, 5]) func aRunOfTheLargestWindow(pages: Int) {
    let window = window(20_000, pages: pages)
    #expect(window.count > 19_000)
    let before = (peak: peak(), clock: clock())
    var succession = ModelSuccession()
    let results = succession.train(window.outcomes, on: window, Trainer(), every: 1)
    let seconds = Double(clock() - before.clock) / Double(CLOCKS_PER_SEC)
    let published = results.count { if case .published = $0.decision { true } else { false } }
    let bytes = succession.set.models.map(\.bytes.count)
    print(
      "20000 sessions, 10 outcomes, \(pages) pages of its own an event: \(String(format: "%.1f", seconds)) CPU-s, memory at most \(before.peak) MiB before and \(peak()) after; \(published) models of \(bytes.max() ?? 0) bytes at most, table \(succession.set.scorer.table.byteCount) bytes"
    )
    #expect(published == 10)
    #expect(bytes.allSatisfy { $0 < 30_000 })
    #expect(peak() - before.peak < 128, "MiB for what a run needs besides its window")
  }
}
