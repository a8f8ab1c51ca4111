import Learning
import Predictions
import Processor
import Synchronization

/// What the demo's processor says about learning, for whoever waits until it has learned.
final class DemoLessons: Sendable {
  private struct State {
    var run: TrainingRecord?
    var isInForce = false
  }

  private let state = Mutex(State())

  /// Takes a report of the processor.
  func take(_ event: ProcessorEvent) {
    switch event {
    case .committed(let report):
      if let training = report.training { state.withLock { $0.run = training.record } }
    case .models(let report) where report.count > 0: state.withLock { $0.isInForce = true }
    default: break
    }
  }

  /// The run whose models are in force; `nil` until there are some.
  private var run: TrainingRecord? { state.withLock { $0.isInForce ? $0.run : nil } }

  /// In words: `learned from 572 sessions: Purchase, AUC 0.80`; `nil` until sessions are scored.
  func line(_ legend: SegmentLegend) -> String? {
    guard let run else { return nil }
    let outcomes = run.outcomes.compactMap { outcome in
      outcome.quality.map {
        "\(legend.outcome(outcome.outcome.id)), AUC \(DemoLessons.hundredths($0.areaUnderCurve))"
      }
    }
    return "learned from \(run.sessions) sessions: " + outcomes.joined(separator: "; ")
  }

  /// Millionths with two places behind the point.
  static func hundredths(_ millionths: Int) -> String {
    let rounded = (millionths + 5_000) / 10_000
    let places = rounded % 100
    return "\(rounded / 100).\(places < 10 ? "0" : "")\(places)"
  }
}
