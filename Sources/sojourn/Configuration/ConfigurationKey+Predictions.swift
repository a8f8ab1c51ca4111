import JourneyModel
import JourneyRules
import Learning
import Processor
import Sessionizer

/// When models are trained, and which sessions go without what they trigger.
extension ConfigurationKey {
  static let predictions: [ConfigurationKey] = [
    .span("predictions.trainInterval", \.processor.training.interval),
    .span("predictions.minTrainInterval", \.processor.training.minimum),
    .span("predictions.modelHistory", \.processor.training.history),
    ConfigurationKey(
      "predictions.controlShare", "a share from 0 to 0.5 with at most six decimals, such as 0.1"
    ) { settings, text in
      guard let share = controlShare(text) else { return false }
      settings.processor.lanes.sessions.rules.controlGroup = ControlGroup(share: share)
      return true
    },
  ]

  /// Millionths, by the digits that are written.
  private static func controlShare(_ text: String) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let digits = parts.count == 2 ? parts[1] : "0"
    guard (1...2).contains(parts.count), parts[0] == "0", (1...6).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ ASCII.digits.contains($0) }),
      let share = Int(digits + String(repeating: "0", count: 6 - digits.utf8.count)),
      share <= ControlGroup.maxShare
    else { return nil }
    return share
  }
}
