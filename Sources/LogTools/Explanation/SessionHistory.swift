internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import Sessionizer

/// What has been found of one session: which parts of the rule held when, what their keys had, and what was
/// emitted.
final class SessionHistory {
  /// Most different event names that are kept.
  static let maxNames = 20

  /// What is emitted when a rule has held.
  static let firingWords: Set<String> = ["assigned", "achieved", "qualified", "qualifiedOutsideSchedule"]

  /// That a rule has held.
  struct Firing {
    /// As the moments of what was emitted.
    var sequence: Int
    /// Number of the edition.
    var edition: Int
    var definition: Definition
  }

  let session: Session
  /// Events that were folded into it, those of sessions merged into it included.
  var events = Hits()
  var names: [String: Int] = [:]
  var omittedNames = 0
  /// Which parts held and what their keys had, by the number of the edition.
  var findings: [Int: SessionFindings] = [:]
  /// When it was first emitted that the rule held, and what the definition was then.
  private(set) var firing: Firing?
  /// What was emitted about the definition, by what happened.
  var happenings: [Explanation.Happening] = []
  /// What was predicted, if that is asked for.
  var scored = ScoredEvents()
  /// Sessions that were merged into it.
  var merged: [SessionID] = []
  /// Whether the history of what it was merged into has taken it over.
  var isTaken = false

  init(_ session: Session) { self.session = session }

  func note(name: String) {
    if names[name] != nil || names.count < SessionHistory.maxNames {
      names[name, default: 0] += 1
    } else {
      omittedNames += 1
    }
  }

  /// Notes something that was emitted under an edition.
  func note(_ happening: Explanation.Happening, under edition: Int, _ definition: Definition) {
    if firing == nil, SessionHistory.firingWords.contains(happening.word) {
      firing = Firing(
        sequence: happening.hits.first?.sequence ?? 0, edition: edition, definition: definition)
    }
    note(happening)
  }

  /// The same thing again is counted.
  private func note(_ happening: Explanation.Happening) {
    guard let index = happenings.firstIndex(where: { $0.isSame(as: happening) }) else {
      return happenings.append(happening)
    }
    happenings[index].hits.merge(happening.hits)
    happenings[index].detail = happening.detail
  }

  /// Takes over the history of a session that was merged into this one.
  func take(_ other: SessionHistory) {
    other.isTaken = true
    merged += other.merged + [other.session.id]
    events.merge(other.events)
    for (name, count) in other.names { names[name, default: 0] += count }
    omittedNames += other.omittedNames
    scored.take(other.scored)
    findings.merge(other.findings) { own, other in
      var merged = own
      merged.merge(other)
      return merged
    }
    firing = [firing, other.firing].compactMap(\.self).min { $0.sequence < $1.sequence }
    for happening in other.happenings { note(happening) }
    happenings.sort { ($0.hits.first?.sequence ?? 0) < ($1.hits.first?.sequence ?? 0) }
  }
}
