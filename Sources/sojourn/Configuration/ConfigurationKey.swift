import Foundation
import Gateway
import JourneyModel
import JourneyRules
import Logging
import ProcessRuntime
import Processor
import Sessionizer
import WireFormat

/// One key of the configuration: its name, what it takes, and what it sets.
struct ConfigurationKey: Sendable {
  var name: String
  var expected: String
  /// Sets the value; `false` if it is not what was expected.
  var set: @Sendable (inout Settings, String) -> Bool

  /// All keys but `kafka.*`, `types`, `names` and the lists of sources, tokens and webhooks' targets.
  static let all =
    place + JourneyModel.Stream.allCases.map(topic) + others + identity + gateway + signedTokens + edge
    + views + console + sessionRetention + predictions

  private static let place: [ConfigurationKey] = [
    ConfigurationKey("log", "embedded://PATH or kafka://HOST:PORT") { settings, text in
      guard let address = LogAddress(text) else { return false }
      settings.log = address
      return true
    },
    .text("group", \.processor.lanes.group),
    .text("instance", \.processor.instance),
    ConfigurationKey("partitions", "a whole number from 1 to 10000") { settings, text in
      guard let number = Int32(text), (1...10_000).contains(number) else { return false }
      settings.processor.lanes.partitions = number
      return true
    },
    ConfigurationKey("topics.prefix", "letters, digits, '.', '_' and '-'") { settings, text in
      guard isTopicName(text) || text.isEmpty else { return false }
      settings.topicPrefix = text
      return true
    },
  ]

  private static let others: [ConfigurationKey] = [
    .duration("startTimeout", \.startTimeout),
    ConfigurationKey("lostInput", "stop or earliest") { settings, text in
      guard let policy = LostInput.Policy(rawValue: text) else { return false }
      settings.processor.lostInput = policy
      return true
    },
    .duration("commitInterval", \.processor.commitInterval),
    .number("maxBatchEvents", 1...1_000_000, \.processor.maxBatchEvents),
    .size("maxBatchBytes", 1_048_576...1_073_741_824, \.processor.maxBatchBytes),
    .duration("breaker.window", \.processor.breaker.window),
    .number("breaker.minRecords", 1...1_000_000_000, \.processor.breaker.minRecords),
    ConfigurationKey("breaker.maxRejectedShare", "a percentage from 1% to 99%, or off") { settings, text in
      if text == "off" {
        settings.processor.breaker.maxRejectedPercent = 100
        return true
      }
      guard text.hasSuffix("%"), let percent = Int(text.dropLast()), (1...99).contains(percent) else {
        return false
      }
      settings.processor.breaker.maxRejectedPercent = percent
      return true
    },
    .duration("breaker.cooldown", \.processor.breaker.cooldown),
    ConfigurationKey("snapshots", "changes, milestones or ends") { settings, text in
      guard let mode = SnapshotPolicy.Mode(rawValue: text) else { return false }
      settings.processor.lanes.snapshots.mode = mode
      return true
    },
    ConfigurationKey("finalSnapshots", "separate, with-end or never") { settings, text in
      guard let final = SnapshotPolicy.Final(rawValue: text) else { return false }
      settings.processor.lanes.snapshots.final = final
      return true
    },
    .size("memory.maxBytes", 134_217_728...1_099_511_627_776, \.memory.maxBytes),
    ConfigurationKey("memory.maxSessionBytes", "\(sizeForm(1_048_576...1_099_511_627_776)), or auto") {
      settings, text in
      if text == "auto" {
        settings.memory.maxSessionBytes = nil
        return true
      }
      guard let bytes = SizeText.bytes(text), (1_048_576...1_099_511_627_776).contains(bytes) else {
        return false
      }
      settings.memory.maxSessionBytes = bytes
      return true
    },
    ConfigurationKey("storage.directory", "the path of a folder, or nothing for the default") {
      settings, text in
      guard !text.utf8.contains(0) else { return false }
      settings.storageDirectory = text
      return true
    },
    .duration("storage.history", \.history),
    .size("embedded.maxInputBytes", 1_048_576...1_099_511_627_776, \.maxInputBytes),
    ConfigurationKey("storage.laneFileInterval", "\(durationForm), or off") { settings, text in
      if text == "off" || text == "0" {
        settings.processor.laneFileInterval = nil
        return true
      }
      guard let milliseconds = DurationText.milliseconds(text), milliseconds > 0 else { return false }
      settings.processor.laneFileInterval = .milliseconds(milliseconds)
      return true
    },
    .size("maxSnapshotBytes", 65_536...16_777_216, \.processor.lanes.maxSnapshotBytes),
    .span("checkpointAge", \.processor.lanes.checkpointAge),
    .span("time.maxOutOfOrder", \.processor.lanes.sessions.maxOutOfOrder),
    .span("time.maxFutureSkew", \.processor.lanes.sessions.maxFutureSkew),
    .span("time.allowedLateness", \.processor.lanes.sessions.allowedLateness),
    .duration("time.topicIdle", \.processor.topicIdle),
    .span("sessions.webGap", \.processor.lanes.sessions.webGap),
    .span("sessions.appGap", \.processor.lanes.sessions.appGap),
    .span("sessions.conversationRetention", \.processor.lanes.sessions.conversationRetention),
    ConfigurationKey("sessions.conversationMemory", "\(durationForm), or off") { settings, text in
      if text == "off" || text == "0" {
        settings.processor.lanes.sessions.conversationMemory = EventTime.Span(milliseconds: 0)
        return true
      }
      guard let milliseconds = DurationText.milliseconds(text), milliseconds > 0 else { return false }
      settings.processor.lanes.sessions.conversationMemory = EventTime.Span(milliseconds: milliseconds)
      return true
    },
    .number(
      "sessions.maxConversationLegs", 4...1_000, \.processor.lanes.sessions.maxConversationLegs),
    ConfigurationKey("sessions.noWrapupCodes", "codes, with commas between them, or nothing") {
      settings, text in
      settings.processor.lanes.sessions.noWrapupCodeNames = items(text)
      return true
    },
    .digits("numbers.callingCode", \.processor.lanes.decoding.numbering.callingCode),
    .digits("numbers.trunkPrefix", \.processor.lanes.decoding.numbering.trunkPrefix),
    .digits("numbers.internationalPrefix", \.processor.lanes.decoding.numbering.internationalPrefix),
    .span("sessions.afterCallWorkTimeout", \.processor.lanes.sessions.afterCallWorkTimeout),
    .span("sessions.idleAfter", \.processor.lanes.sessions.idleAfter),
    .span("sessions.awayAfter", \.processor.lanes.sessions.awayAfter),
    .span("sessions.maxDuration", \.processor.lanes.sessions.maxSessionDuration),
    .number("sessions.maxEvents", 1...10_000_000, \.processor.lanes.sessions.maxSessionEvents),
    .number(
      "sessions.maxEventsPerMinute", 1...1_000_000_000, \.processor.lanes.sessions.maxEventsPerMinute),
    .size("sessions.maxBytes", 1_024...8_388_608, \.processor.lanes.sessions.maxSessionBytes),
    .number("sessions.maxJourneyMapEvents", 1...100_000, \.processor.lanes.sessions.maxJourneyMapEvents),
    .number("sessions.maxCollectedValues", 1...100_000, \.processor.lanes.sessions.maxCollectedValues),
    .number("sessions.maxAttributes", 0...100_000, \.processor.lanes.sessions.maxAttributes),
    .number("sessions.maxListValues", 1...100_000, \.processor.lanes.sessions.maxListValues),
    .number("sessions.duplicateWindow", 1...1_000_000, \.processor.lanes.sessions.duplicateWindow),
    .span("rules.maxTriggerAge", \.processor.lanes.sessions.rules.maxTriggerAge),
    .span("rules.activationMemory", \.processor.lanes.sessions.rules.activationMemory),
    ConfigurationKey("rules.missingSatisfiesNegative", "true or false") { settings, text in
      guard let flag = Bool(text) else { return false }
      settings.processor.lanes.sessions.rules.missingSatisfiesNegative = flag
      return true
    },
    .number("rules.maxEvidenceEvents", 1...1_000, \.processor.lanes.sessions.rules.maxEvidenceEvents),
    .size("rules.maxEvidenceBytes", 1_024...1_048_576, \.processor.lanes.sessions.rules.maxEvidenceBytes),
    .number("rules.maxTrackedPatterns", 1...100_000, \.processor.lanes.sessions.rules.maxTrackedPatterns),
    .number("rules.maxAssignments", 1...100_000, \.processor.lanes.sessions.rules.maxAssignments),
    .number("rules.maxActions", 1...10_000, \.processor.lanes.sessions.rules.maxActions),
    .duration("definitionsInterval", \.processor.definitionsInterval),
    .size("events.maxBytes", 1_024...8_388_608, \.processor.lanes.decoding.maxEventBytes),
    .number("events.maxDepth", 2...512, \.processor.lanes.decoding.maxEventDepth),
    .number("events.maxFacts", 16...65_536, \.processor.lanes.decoding.maxEventFacts),
    .number("events.maxIdentifierBytes", 16...1_024, \.processor.lanes.decoding.maxIdentifierBytes),
    ConfigurationKey("events.minEpochMilliseconds", "a whole number from 0 to 253402300799999") {
      settings, text in
      guard let number = Int64(text), (0...EventTime.latest.milliseconds).contains(number) else {
        return false
      }
      settings.processor.lanes.decoding.minEpochMilliseconds = number
      return true
    },
    ConfigurationKey("events.placeholderIds", "ids in lower case, with commas between them, or nothing") {
      settings, text in
      let ids = items(text)
      guard ids.allSatisfy({ id in id.utf8.allSatisfy { !ASCII.capitals.contains($0) } }) else {
        return false
      }
      settings.processor.lanes.decoding.placeholderIDs = Set(ids)
      return true
    },
    ConfigurationKey("http.host", "a host name or address to listen on, such as 127.0.0.1 or 0.0.0.0") {
      settings, text in
      guard HTTPSettings.isHost(text) else { return false }
      settings.http.host = text
      return true
    },
    ConfigurationKey("http.port", "a whole number from 0 to 65535, or off") { settings, text in
      guard let port = HTTPSettings.port(text) else { return false }
      settings.http.port = port
      return true
    },
    ConfigurationKey("webhooks.enabled", "auto, on or off") { settings, text in
      guard let choice = WebhookPlan.Choice(rawValue: text) else { return false }
      settings.webhooks.choice = choice
      return true
    },
    .number("webhooks.maxPending", 1...100_000, \.webhooks.maxPending),
    .size("webhooks.maxPendingBytes", 1_048_576...1_073_741_824, \.webhooks.maxPendingBytes),
    .duration("health.stallAfter", \.health.stallAfter),
    .duration("health.liveAfter", \.health.liveAfter),
    ConfigurationKey("logging.format", "text or json") { settings, text in
      guard let form = LogForm(rawValue: text) else { return false }
      settings.logging.form = form
      return true
    },
    ConfigurationKey("logging.level", "one of \(levels)") { settings, text in
      guard let level = Logger.Level(rawValue: text) else { return false }
      settings.logging.level = level
      return true
    },
  ]

  /// The environment variable of a key: `time.maxOutOfOrder` is `SOJOURN_TIME_MAX_OUT_OF_ORDER`.
  static func environmentName(_ key: String) -> String {
    var name = "SOJOURN_"
    for character in key {
      if character == "." {
        name.append("_")
      } else if character.isUppercase {
        name.append("_")
        name.append(character)
      } else {
        name.append(contentsOf: character.uppercased())
      }
    }
    return name
  }

  init(_ name: String, _ expected: String, _ set: @escaping @Sendable (inout Settings, String) -> Bool) {
    self.name = name
    self.expected = expected
    self.set = set
  }

  private static func isTopicName(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case ASCII.hyphen, ASCII.point, ASCII.digits, ASCII.capitals, ASCII.underscore, ASCII.smallLetters:
          true
        default: false
        }
      }
  }

  private static func text(_ name: String, _ path: any WritableKeyPath<Settings, String> & Sendable) -> Self {
    ConfigurationKey(name, "letters, digits, '.', '_' and '-', 1 to 200 of them") { settings, text in
      guard isTopicName(text) else { return false }
      settings[keyPath: path] = text
      return true
    }
  }

  private static func topic(_ stream: JourneyModel.Stream) -> Self {
    ConfigurationKey("topics.\(stream.name)", "letters, digits, '.', '_' and '-', 1 to 200 of them") {
      settings, text in
      guard isTopicName(text) else { return false }
      settings.topicNames[stream] = text
      return true
    }
  }

  /// What is between commas, without blanks around it.
  static func items(_ text: String) -> [String] {
    text.split(separator: ",").map { item in
      var item = item.drop { $0 == " " }
      while item.last == " " { item = item.dropLast() }
      return String(item)
    }.filter { !$0.isEmpty }
  }

  private static func digits(_ name: String, _ path: any WritableKeyPath<Settings, String> & Sendable) -> Self
  {
    ConfigurationKey(name, "at most 5 digits, or nothing") { settings, text in
      guard text.utf8.count <= 5, text.utf8.allSatisfy({ ASCII.digits.contains($0) }) else { return false }
      settings[keyPath: path] = text
      return true
    }
  }

  static func number(
    _ name: String, _ range: ClosedRange<Int>, _ path: any WritableKeyPath<Settings, Int> & Sendable
  ) -> Self {
    ConfigurationKey(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      settings, text in
      guard let number = Int(text), range.contains(number) else { return false }
      settings[keyPath: path] = number
      return true
    }
  }

  static func size(
    _ name: String, _ range: ClosedRange<Int>, _ path: any WritableKeyPath<Settings, Int> & Sendable
  ) -> Self {
    ConfigurationKey(name, sizeForm(range)) { settings, text in
      guard let bytes = SizeText.bytes(text), range.contains(bytes) else { return false }
      settings[keyPath: path] = bytes
      return true
    }
  }

  private static func sizeForm(_ range: ClosedRange<Int>) -> String {
    "a size from \(SizeText.text(range.lowerBound)) to \(SizeText.text(range.upperBound)), such as 64MiB or a number of bytes"
  }

  private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

  static let durationForm = "a duration such as 200ms, 5s, 20m or 24h, more than 0"

  static func duration(_ name: String, _ path: any WritableKeyPath<Settings, Duration> & Sendable)
    -> Self
  {
    ConfigurationKey(name, durationForm) { settings, text in
      guard let milliseconds = DurationText.milliseconds(text), milliseconds > 0 else { return false }
      settings[keyPath: path] = .milliseconds(milliseconds)
      return true
    }
  }

  static func span(_ name: String, _ path: any WritableKeyPath<Settings, EventTime.Span> & Sendable)
    -> Self
  {
    ConfigurationKey(name, durationForm) { settings, text in
      guard let milliseconds = DurationText.milliseconds(text), milliseconds > 0 else { return false }
      settings[keyPath: path] = EventTime.Span(milliseconds: milliseconds)
      return true
    }
  }
}

/// Durations as people write them: a whole number and a unit.
enum DurationText {
  /// Milliseconds, or `nil` if the text is no duration or longer than 3,650 days.
  static func milliseconds(_ text: String) -> Int64? {
    let units: [(String, Int64)] = [
      ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), let unit = units.first(where: { $0.0 == text.dropFirst(digits.count) })
    else {
      return nil
    }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.1)
    return overflow || milliseconds > 3_650 * 86_400_000 ? nil : milliseconds
  }
}
