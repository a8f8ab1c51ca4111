import EmbeddedLog
import EventLog
import Presentation
import Processor
import SessionQueries
import Threads

extension SessionWait {
  /// Waits, and tells on standard error if that was in vain.
  static func run(_ log: any EventLog, _ settings: Settings) async throws {
    let group = settings.processor.lanes.group
    let wait = SessionWait(log: log, settings: settings.processor) {
      guard let embedded = log as? EmbeddedLog else { return nil }
      return try embedded.currentLease(group: group) != nil
    }
    let outcome = try await onOwnThread { try wait.run() }
    if let text = text(outcome, place: "\(settings.log)", group: group) {
      StandardError.print("sojourn: \(text)")
    }
  }

  /// What a person has to know; `nil` for nothing.
  static func text(_ outcome: Outcome, place: String, group: String) -> String? {
    switch outcome {
    case .upToDate: nil
    case .noProcessor(let waiting):
      "no processor runs group '\(group)' on \(place), and \(CheckCommand.count(waiting, "record")) "
        + "\(waiting == 1 ? "waits" : "wait"): 'sojourn run' processes them; this is as of its last commit"
    case .standstill(let waiting):
      "group '\(group)' on \(place) has committed nothing for some seconds, and \(CheckCommand.count(waiting, "record")) "
        + "\(waiting == 1 ? "waits" : "wait"): is 'sojourn run' running? This is as of its last commit"
    }
  }
}
