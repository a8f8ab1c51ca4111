import Foundation
import JourneyModel
import Logging
import Testing

@testable import sojourn

@Suite struct LogLineTests {
  private static let time = EventTime(milliseconds: 1_767_600_000_123)

  private func line(
    _ form: LogForm, _ message: String, _ values: [(name: String, value: String)] = [],
    level: Logger.Level = .info
  ) -> String {
    LogLine.text(form, time: Self.time, level: level, label: "sojourn.log", message, values)
  }

  @Test func textHasTimeLevelAndWhatBelongsToIt() {
    #expect(line(.text, "lane 3 runs") == "2026-01-05T08:00:00.123Z info     lane 3 runs")
    #expect(
      line(.text, "broker down", [("facility", "FAIL")], level: .critical)
        == "2026-01-05T08:00:00.123Z critical broker down facility=FAIL")
    // A line is a line, whoever wrote it.
    #expect(line(.text, "a\nb\u{1b}[2J").allSatisfy { $0 != "\n" && $0 != "\u{1b}" })
  }

  @Test func jsonIsOneObject() throws {
    let text = line(
      .json, "a \"quoted\"\nline", [("code", "x\u{1}"), ("level", "mine"), ("lane", "3")], level: .warning)
    #expect(!text.contains("\n"))
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
    #expect(
      object == [
        "time": "2026-01-05T08:00:00.123Z", "level": "warning", "logger": "sojourn.log",
        "message": "a \"quoted\"\nline", "code": "x\u{1}", "lane": "3",
      ])
  }

  @Test func aLoggerHasTheHigherOfTwoLevels() {
    let settings = LogSettings(form: .text, level: .info)
    #expect(LogLine.logger("a", settings).logLevel == .info)
    #expect(LogLine.logger("a", settings, least: .error).logLevel == .error)
    #expect(LogLine.logger("a", LogSettings(level: .critical), least: .error).logLevel == .critical)
  }
}
