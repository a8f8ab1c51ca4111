import Gateway
import Identity
import JourneyModel
import Persons
import Processor
import Views
import WireFormat

extension ConfigurationKey {
  /// How long ended sessions stay on their topic.
  static let sessionRetention: [ConfigurationKey] = [
    ConfigurationKey("retention.sessions", SessionRetention.form) { settings, text in
      guard let age = SessionRetention.age(text) else { return false }
      settings.sessionRetention.standard = age
      return true
    }
  ]
}

extension SessionRetention {
  static let form = "\(ConfigurationKey.durationForm) of an hour at least, or off"

  /// The age in a text; inner `nil` for ever, outer `nil` if it is none.
  static func age(_ text: String) -> Duration?? {
    if text == "off" { return .some(nil) }
    guard let milliseconds = DurationText.milliseconds(text), .milliseconds(milliseconds) >= shortest else {
      return nil
    }
    return .milliseconds(milliseconds)
  }
}

extension Settings {
  /// Whether what a retention needs is there: lanes that take commands, and a view that keeps sessions for as
  /// long.
  func checkRetention(_ origin: String) throws {
    guard let longest = sessionRetention.longest else { return }
    guard findsPersons else {
      throw ConfigurationProblem(
        key: "retention.sessions", value: nil,
        expected: "identity.enabled: on, since lanes take no commands otherwise", origin: origin)
    }
    guard views.mode != .off, longest <= views.limits.retention else {
      throw ConfigurationProblem(
        key: "retention.sessions", value: "\(longest)",
        expected: "at most views.retention (\(views.limits.retention)), and a view: it finds what is too old",
        origin: origin)
    }
  }

  /// Whether an erasure is remembered for longer than what was said before it can be read once more.
  func checkErasureMemory(_ origin: String) throws {
    let (memory, kept) = (persons.limits.erasureMemory, TopicPlan.longestRead)
    guard memory.milliseconds <= kept.milliseconds else { return }
    throw ConfigurationProblem(
      key: "identity.erasureMemory", value: TopicPlan.duration(memory.milliseconds),
      expected:
        "more than \(TopicPlan.duration(kept.milliseconds)), for which 'topics plan' keeps events and what was refused",
      origin: origin)
  }

  /// What becomes of ended sessions, in words.
  var sessionRetentionText: String {
    let name = processor.lanes.topics.sessions
    func text(_ age: Duration?) -> String { age.map { "for \($0)" } ?? "for ever" }
    let types = sessionRetention.byType.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
    return "\(name): ended sessions stay \(text(sessionRetention.standard)) (retention.sessions)"
      + types.map { ", \($0)" }.joined()
  }
}
