internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// What has been found of one session: which parts of the rule held when, what their keys had, and what was told.
final class SessionHistory {
  /// Most different event names that are kept.
  static let maxNames = 20

  let session: Session
  /// Events that were folded into it, those of sessions merged into it included.
  var events = Hits()
  var names: [String: Int] = [:]
  var omittedNames = 0
  var hits: [RuleParts.Part: Hits] = [:]
  var seen: [RuleParts.Part: SeenValues] = [:]
  /// Of the page, if the definition asks where the visitor is.
  var pages = SeenValues()
  /// What was told about the definition, by what happened.
  var happenings: [Explanation.Happening] = []
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

  /// Notes something that was told; the same thing again is counted.
  func note(_ happening: Explanation.Happening) {
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
    for (part, hits) in other.hits { self.hits[part, default: Hits()].merge(hits) }
    for (part, values) in other.seen { seen[part, default: SeenValues()].merge(values) }
    pages.merge(other.pages)
    for happening in other.happenings { note(happening) }
    happenings.sort { ($0.hits.first?.sequence ?? 0) < ($1.hits.first?.sequence ?? 0) }
  }
}
