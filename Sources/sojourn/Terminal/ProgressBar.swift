import Foundation
import Presentation

/// A bar on standard error that shows how much of some files has been read; nothing if that is no terminal.
struct ProgressBar: Sendable {
  /// Bytes in all; 0 where nobody knows, as with a pipe.
  let total: Int
  private let isVisible: Bool

  private static let width = 30

  init(total: Int, environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.total = total
    isVisible = isatty(2) == 1 && environment["TERM"] != "dumb"
  }

  /// Draws ten times a second until cancelled, then takes the bar away.
  func follow(_ bytes: @Sendable () async -> Int) async {
    await follow(text: { ProgressBar.text(await bytes(), of: total) })
  }

  /// Draws a text ten times a second until cancelled, then takes it away.
  func follow(text: @Sendable () async -> String) async {
    guard isVisible else { return }
    while !Task.isCancelled {
      StandardError.write("\r\(await text())\u{1b}[K")
      try? await Task.sleep(for: .milliseconds(100))
    }
    StandardError.write("\r\u{1b}[K")
  }

  /// `[██████····]  60 %  30 of 50 MB`.
  static func text(_ bytes: Int, of total: Int) -> String {
    guard total > 0 else { return "\(bytes / 1_000_000) MB" }
    let share = min(max(Double(bytes) / Double(total), 0), 1)
    let filled = Int(share * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
    return "[\(bar)] \(Int(share * 100)) %, \(bytes / 1_000_000) of \(total / 1_000_000) MB"
  }
}
