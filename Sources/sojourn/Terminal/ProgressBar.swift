import Foundation

/// A bar on standard error that shows how much of some files has been read; nothing if that is no terminal.
actor ProgressBar {
  private let total: Int
  private let isVisible: Bool
  private var drawn = ContinuousClock.now - .seconds(1)
  private let start = ContinuousClock.now

  private static let width = 30

  /// Without a total, as with standard input, only numbers are shown.
  init(total: Int, isVisible: Bool = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb")
  {
    self.total = total
    self.isVisible = isVisible
  }

  /// Draws at most ten times a second.
  func show(bytes: Int, records: Int) {
    let now = ContinuousClock.now
    guard isVisible, now - drawn >= .milliseconds(100) else { return }
    drawn = now
    let elapsed = now - start
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let rate = Int(Double(records) / max(seconds, 0.001))
    StandardError.write("\r\(bar(bytes))\(records) events, \(rate)/s\u{1b}[K")
  }

  /// Takes the bar away.
  func finish() {
    if isVisible { StandardError.write("\r\u{1b}[K") }
  }

  private func bar(_ bytes: Int) -> String {
    guard total > 0 else { return "" }
    let share = min(Double(bytes) / Double(total), 1)
    let filled = Int(share * Double(ProgressBar.width))
    let rest = ProgressBar.width - filled
    let percent = DisplayText.fit("\(Int(share * 100)) %", to: 5)
    return "[\(String(repeating: "█", count: filled))\(String(repeating: "·", count: rest))] \(percent) "
  }
}
