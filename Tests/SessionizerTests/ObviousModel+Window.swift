import JourneyModel
import Sessionizer

extension ObviousModel {
  struct Item {
    var stream: Stream, lane: LaneNumber, time: Int64, type: String, customerIDType: String, customer: String
    var external: String, id: String, name: String, disconnectType: String?, isWrapup: Bool
    var key: [String] { [type, customerIDType, customer, external] }
    var phase: Int { ["routed": 2, "connected": 3, "ended": 4][name] ?? 1 }
  }

  enum State: String { case open, ended, final, forgotten, merged }

  final class Window {
    let id: SessionID
    var items: [Item] = [], recent: [String] = []
    var state = State.open, reason = "none", revision = 0
    var isCodeOverdue = false, wasTicked = false, mergedInto: SessionID?
    /// How many events came while each minute was the newest.
    var minutes: [Int64: Int] = [:]

    init(_ item: Item) {
      id = SessionID(
        type: item.type.utf8, customerIDType: item.customerIDType.utf8, customerID: item.customer.utf8,
        firstEventID: item.id.utf8, at: EventTime(milliseconds: item.time))
    }

    /// Takes an item in.
    func take(_ item: Item) {
      items.append(item)
      minutes[last / 60_000, default: 0] += 1
    }

    /// Whether the newest minute has had enough and the item does not begin another.
    func isTooFast(_ item: Item, _ limit: Int) -> Bool {
      item.time / 60_000 <= last / 60_000 && minutes[last / 60_000, default: 0] >= limit
    }

    var first: Int64 { items.map(\.time).min()! }
    var last: Int64 { items.map(\.time).max()! }
    var isLive: Bool { state != .forgotten && state != .merged }
    var isSealed: Bool { reason.hasPrefix("max") }
    var wrapup: Int64? { items.filter(\.isWrapup).map(\.time).max() }
    var inOrder: [Item] {
      items.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
    /// When the conversation ended: by its last move, or by a wrap-up that no later move takes back.
    var conversationEnd: Int64? {
      let move = items.filter { $0.phase > 1 }.max { ($0.time, $0.phase) < ($1.time, $1.phase) }
      if let move, move.phase == 4 { return move.time }
      return wrapup.flatMap { $0 >= (move?.time ?? first) ? $0 : nil }
    }
    /// The last time that it was in a queue or with an agent.
    var stage: Item? {
      items.filter { $0.phase == 2 || $0.phase == 3 }.max { ($0.time, $0.phase) < ($1.time, $1.phase) }
    }
    /// The code, unless it went on afterwards.
    var code: Int64? { wrapup.flatMap { $0 >= (stage?.time ?? $0) ? $0 : nil } }
    var isEndedByAgent: Bool {
      let disconnect = items.compactMap { item in item.disconnectType.map { (item.time, $0) } }.max {
        $0 < $1
      }?.1
      return conversationEnd != nil && stage?.phase == 3 && disconnect != nil && disconnect != "Peer"
    }
  }

  /// The inactivity that ends an item's session; `nil` for never.
  func gap(_ item: Item) -> Int64? {
    switch item.stream {
    case .web: settings.webGap.milliseconds
    case .app: settings.appGap.milliseconds
    case .conversation: nil
    case .custom: settings.types[item.type]?.timeout?.milliseconds
    }
  }

  /// The limit that taking the item would exceed.
  func excess(_ window: Window, _ item: Item) -> String? {
    if window.items.count >= settings.maxSessionEvents { return "maxEvents" }
    let span = max(window.last, item.time) - min(window.first, item.time)
    let isBounded =
      switch item.stream {
      case .web, .app: true
      case .conversation, .custom: false
      }
    return isBounded && span > settings.maxSessionDuration.milliseconds ? "maxDuration" : nil
  }
}
