import JourneyModel
import Sessionizer

/// What can be said about a session from outside; two runs agree if these are equal.
struct Outcome: Equatable, CustomStringConvertible {
  var id: String
  var first: Int64
  var last: Int64
  var events: Int
  var views: Int
  var revision: Int
  var state: String
  var reason: String
  var endedAt: Int64?
  var mergedInto: String?
  /// Ids of the journey map's events, oldest first, and how many it left out.
  var map: [String]
  var omitted: Int

  var description: String {
    "\(id) \(first)–\(last) events \(events) views \(views) revision \(revision) \(state) \(reason) "
      + "ended \(endedAt ?? -1) into \(mergedInto ?? "–") map \(map) + \(omitted)"
  }

  private static let states = ["open", "ended", "final", "forgotten", "merged"]

  init(_ session: Session, _ settings: SessionSettings) {
    id = session.id.text
    first = session.first.milliseconds
    last = session.last.milliseconds
    events = session.eventCount
    views = session.viewCount
    revision = session.revision
    state = Outcome.states[Int(session.lifecycle.rawValue)]
    reason = session.endReason.word
    endedAt = session.lifecycle == .merged ? nil : session.endedDate(settings)?.milliseconds
    mergedInto = session.mergedInto?.text
    // Each entry begins with {"id":"…"
    map = session.map.entries.map { entry in
      String(
        decoding: session.map.bytes[entry.value.indices].dropFirst(7).prefix { $0 != 0x22 }, as: UTF8.self)
    }
    omitted = session.map.omitted
  }

  init(_ window: ObviousModel.Window, _ model: ObviousModel) {
    let settings = model.settings
    id = window.id.text
    first = window.first
    last = window.last
    events = window.items.count
    views =
      window.items.filter {
        ($0.stream == .web && $0.name == "page_viewed") || ($0.stream == .app && $0.name == "screen_viewed")
      }.count
    revision = window.revision
    state = window.state.rawValue
    reason = window.reason
    mergedInto = window.mergedInto?.text
    switch window.reason {
    case _ where window.state == .merged: endedAt = nil
    case "timeout": endedAt = window.last + (model.gap(window.items[0]) ?? 0)
    case "conversationEnded": endedAt = window.conversationEnd
    case "none": endedAt = nil
    default: endedAt = window.last
    }
    map = window.inOrder.suffix(settings.maxJourneyMapEvents).map(\.id)
    omitted = window.items.count - map.count
  }
}
