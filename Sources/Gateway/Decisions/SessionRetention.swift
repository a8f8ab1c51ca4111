package import JourneyModel
package import Views
package import WireFormat

/// How long ended sessions stay on the topic `sessions`, which by itself forgets none of them: whoever has a
/// view sees which are too old, and asks the lanes that wrote them to take them back.
package struct SessionRetention: Sendable, Hashable {
  /// Sessions that one round takes back at most.
  package static let roundSessions = 5_000
  /// Shorter ones are refused: until the time for late events is over a session may change again.
  package static let shortest = Duration.seconds(3_600)

  /// Since its newest snapshot was written; `nil` for ever.
  package var standard: Duration?
  /// Of types that differ; `nil` for ever.
  package var byType: [String: Duration?] = [:]

  package init() {}

  /// Whether anything is ever taken back.
  package var isOn: Bool { standard != nil || byType.values.contains { $0 != nil } }

  /// The longest of all: so long a view has to keep what it is asked for.
  package var longest: Duration? { ([standard] + byType.values).compactMap { $0 }.max() }

  package func ages(at now: EventTime) -> SessionAges {
    func before(_ age: Duration?) -> Int64? { age.map { now.milliseconds - $0.components.seconds * 1_000 } }
    return SessionAges(byType: byType.mapValues(before), others: before(standard))
  }

  /// What is to be published in one round; empty if nothing is too old.
  ///
  /// - Parameter known: sessions that were asked to be taken back lately, which the view may still have.
  package func commands(
    from queries: ViewQueries, at now: EventTime, but known: Set<String>, _ decoder: IdentityCommandDecoder
  ) throws -> (records: [CommandRecord], sessions: Set<String>) {
    let limit = SessionRetention.roundSessions + known.count
    let found = try queries.endedSessions(before: ages(at: now), limit: limit)
    let sessions = found.mapValues { $0.filter { !known.contains($0) } }.filter { !$0.value.isEmpty }
    let records = try SweepCommands.records(
      sessions, id: "retention/\(now.milliseconds)", at: now, decoder)
    return (records, Set(sessions.values.joined()))
  }
}
