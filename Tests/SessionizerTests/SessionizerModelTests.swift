import EventLog
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// The sessionizer against `ObviousModel` on thousands of seeded streams.
@Suite struct SessionizerModelTests {
  static let seeds: UInt64 = 3_000

  @Test func agreesWithTheObviousModelOnIdsBoundsAndCounts() throws {
    let decoder = try #require(EventDecoder(limits: DecodingLimits(), partitions: RandomStream.lanes))
    var seen: [String: Int] = [:]
    for seed in 0..<SessionizerModelTests.seeds {
      let stream = RandomStream(seed: seed)
      let events = Run.decode(stream, decoder)
      #expect(events.rejections.isEmpty, "seed \(seed)")
      let model = ObviousModel(stream.settings)
      let run = Run(stream, events.batch)
      var agrees = true
      for step in stream.steps {
        switch step {
        case .event(let index, let takenAt):
          let expected = model.admit(stream.items[index], takenAt: takenAt)
          let actual = run.admit(index, takenAt: takenAt)
          if actual != expected {
            Issue.record("seed \(seed), event \(index): \(actual), the model says \(expected)")
            agrees = false
          }
        case .tick(let lane, let stream, let time):
          model.tick(lane, of: stream, to: time)
          run.tick(lane, of: stream, to: time)
        }
        guard agrees else { break }
      }
      let expected = model.windows.map { Outcome($0, model) }
      agrees = agrees && run.outcomes().agree(with: expected, "seed \(seed): sessionizer and model")
      guard agrees else { return }
      seen.merge(model.seen) { $0 + $1 }
    }
    let rare = [
      "late", "tooFarAhead", "rateExceeded", "duplicate", "bridge", "unmergeable", "maxEvents",
      "maxDuration",
      "timeout", "reopened",
      "reopened after tick", "returns after tick", "late join", "code overdue", "final", "final by tick",
      "after the end",
    ]
    for phenomenon in rare {
      #expect(seen[phenomenon, default: 0] > 50, "\(phenomenon) hardly ever happened")
    }
    // The same id at the same time, in a session that is full.
    #expect(seen["same id", default: 0] > 0)
  }

  @Test func givesTheSameSessionsHoweverAStreamIsCutIntoBatches() throws {
    let decoder = try #require(EventDecoder(limits: DecodingLimits(), partitions: RandomStream.lanes))
    for seed in 0..<SessionizerModelTests.seeds / 3 {
      let stream = RandomStream(seed: seed)
      let events = Run.decode(stream, decoder).batch
      let whole = Run(stream, events)
      whole.runAll()
      var generator = SeededGenerator(seed: ~seed)
      let cut = Run(stream, events)
      for step in stream.steps {
        cut.take(step)
        if generator.chance(30) { cut.finish() }
      }
      guard cut.outcomes().agree(with: whole.outcomes(), "seed \(seed): cut and whole") else { return }
    }
  }

  @Test func continuesAfterARestoreAsIfNothingHadHappened() throws {
    let decoder = try #require(EventDecoder(limits: DecodingLimits(), partitions: RandomStream.lanes))
    for seed in 0..<SessionizerModelTests.seeds / 3 {
      let stream = RandomStream(seed: seed)
      let events = Run.decode(stream, decoder).batch
      let whole = Run(stream, events)
      whole.runAll()
      var generator = SeededGenerator(seed: ~seed)
      let restarted = Run(stream, events)
      for step in stream.steps {
        restarted.take(step)
        if generator.chance(8) { try restarted.restart() }
      }
      guard restarted.outcomes().agree(with: whole.outcomes(), "seed \(seed): restarted and whole") else {
        return
      }
    }
  }
}

extension [Outcome] {
  /// Compares without regard to order; records the first difference.
  fileprivate func agree(with expected: [Outcome], _ comment: String) -> Bool {
    let left = sorted { ($0.id, $0.first, $0.revision, $0.state) < ($1.id, $1.first, $1.revision, $1.state) }
    let right = expected.sorted {
      ($0.id, $0.first, $0.revision, $0.state) < ($1.id, $1.first, $1.revision, $1.state)
    }
    if left == right { return true }
    let only = left.filter { !right.contains($0) }.map(\.description)
    let missing = right.filter { !left.contains($0) }.map(\.description)
    Issue.record(
      "\(comment) differ\ngot\n\(only.joined(separator: "\n"))\nexpected\n\(missing.joined(separator: "\n"))")
    return false
  }
}
