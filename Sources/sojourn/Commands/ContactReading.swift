import EventLog
import Processor
import SessionQueries
import Threads
internal import WireFormat

/// Reads the contacts topic.
enum ContactReading {
  static func board(_ common: CommonOptions, _ settings: Settings, waits: Bool) async throws -> ContactBoard {
    let source = try await common.existingTopic(settings.processor.lanes.topics[.contacts], settings)
    if waits { try await SessionWait.run(source.log, settings) }
    return try await onOwnThread {
      var board = ContactBoard()
      try SessionTopic(log: source.log, topic: source.topic).read { board.take($0) }
      return board
    }
  }

  /// What is said where there is nobody.
  static func nobody(_ settings: Settings) -> String {
    settings.findsPersons ? "no contacts" : "no contacts: identity.enabled is off"
  }
}
