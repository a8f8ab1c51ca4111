import JourneyModel
import Sessionizer

/// What the sessionizer should do, written to be read and not to be fast: arrays, filters and rescans.
///
/// It shares no code with the implementation beyond plain values; every bound is recomputed from the events.
final class ObviousModel {
  let settings: SessionSettings
  var windows: [Window] = []
  var highest: [[Int64]: Int64] = [:]
  var seen: [String: Int] = [:]

  init(_ settings: SessionSettings) { self.settings = settings }

  func admit(_ item: Item, takenAt: Int64) -> Admission {
    if item.time > takenAt + settings.maxFutureSkew.milliseconds { return reject(.tooFarAhead) }
    let mark = highest[[Int64(item.lane.value), Int64(item.stream.rawValue)]].map {
      $0 - settings.maxOutOfOrder.milliseconds
    }
    func isLate(_ allowance: Int64) -> Bool { mark.map { item.time < $0 - allowance } ?? false }
    let lateness = settings.allowedLateness.milliseconds
    if item.stream != .conversation, isLate(lateness) { return reject(.late) }
    let reachable = windows.filter { window in
      guard window.isLive, window.items[0].key == item.key else { return false }
      guard let gap = gap(item) else { return true }
      return item.time < window.last + gap && window.first - gap < item.time
    }
    if reachable.contains(where: { $0.recent.contains(item.id) }) {
      note("duplicate")
      return .duplicate
    }
    // A conversation that is final by the time of the event has a successor.
    func isOver(_ window: Window) -> Bool {
      guard item.stream == .conversation, window.state != .open, let end = window.conversationEnd else {
        return false
      }
      var final = max(
        end + settings.conversationRetention.milliseconds,
        window.last + 1 + settings.allowedLateness.milliseconds)
      if window.isEndedByAgent, window.code == nil, !window.isCodeOverdue {
        final = max(final, end + settings.afterCallWorkTimeout.milliseconds)
      }
      return item.time >= final
    }
    if reachable.contains(where: isOver) { note("after the end") }
    var takers = reachable.filter { !$0.isSealed && !isOver($0) }.sorted {
      ($0.first, $0.id) < ($1.first, $1.id)
    }
    if item.stream == .conversation {
      takers = takers.max { ($0.last, $0.id) < ($1.last, $1.id) }.map { [$0] } ?? []
      let allowance = takers.isEmpty ? lateness : max(lateness, settings.conversationRetention.milliseconds)
      if isLate(allowance) { return reject(.late) }
      // Only somebody who comes later begins it again.
      if takers.isEmpty,
        let over = reachable.filter({ !$0.isSealed && isOver($0) }).max(by: {
          ($0.last, $0.id) < ($1.last, $1.id)
        }), let end = over.conversationEnd,
        !["started", "routed", "connected"].contains(item.name) || item.time <= end
      {
        return reject(.late)
      }
      if let taker = takers.first, let end = taker.conversationEnd,
        item.time >= end + settings.conversationRetention.milliseconds,
        item.time >= taker.last + 1 + lateness,
        !["started", "routed", "connected"].contains(item.name) || item.time <= end
      {
        return reject(.late)
      }
    }
    if let taker = takers.first(where: { excess($0, item) == nil }),
      taker.isTooFast(item, settings.maxEventsPerMinute)
    {
      return reject(.rateExceeded)
    }
    // What is due by then comes first.
    for taker in takers { fire(taker, to: item.time, byTick: true) }
    while let front = takers.first, let reason = excess(front, item) {
      (front.state, front.reason) = (.ended, reason)
      front.revision += 1
      note(reason)
      takers.removeFirst()
    }
    let window = takers.first ?? Window(item)
    if takers.isEmpty {
      if windows.contains(where: { $0.isLive && $0.items[0].key == item.key && $0.id == window.id }) {
        note("same id")
        return .duplicate
      }
      windows.append(window)
    }
    if let mark, item.time < mark, window.state != .open {
      note(window.wasTicked ? "returns after tick" : "late join")
    }
    window.take(item)
    remember(item.id, in: window)
    window.revision += 1
    settle(window, mark)
    for later in takers.dropFirst() { merge(later, into: window, mark) }
    let known = highest[[Int64(item.lane.value), Int64(item.stream.rawValue)]]
    if known.map({ item.time > $0 }) ?? true {
      highest[[Int64(item.lane.value), Int64(item.stream.rawValue)]] = item.time
      advance(item.lane, item.stream, to: item.time - settings.maxOutOfOrder.milliseconds, byTick: false)
    }
    return .applied
  }

  func tick(_ lane: LaneNumber, of stream: Stream?, to time: Int64) {
    for stream in stream.map({ [$0] }) ?? Stream.allCases { advance(lane, stream, to: time, byTick: true) }
  }

  private func advance(_ lane: LaneNumber, _ stream: Stream, to time: Int64, byTick: Bool) {
    for window in windows
    where window.isLive && window.items[0].lane == lane && window.items[0].stream == stream {
      fire(window, to: time, byTick: byTick)
    }
  }

  private func fire(_ window: Window, to time: Int64, byTick: Bool) {
    let stream = window.items[0].stream
    let gap = gap(window.items[0]) ?? 0
    if window.state == .open, stream != .conversation, gap > 0, window.last + gap <= time {
      (window.state, window.reason, window.wasTicked) = (.ended, "timeout", byTick)
      window.revision += 1
      note("timeout")
    }
    guard window.state != .open else { return }
    var deadline = window.last + max(gap, 1) + settings.allowedLateness.milliseconds
    var codeDueBy = deadline
    if window.isSealed, stream == .conversation {
      deadline = max(deadline, window.last + 1 + settings.conversationRetention.milliseconds)
      codeDueBy = deadline
    } else if stream == .conversation, let end = window.conversationEnd {
      deadline = max(deadline, end + settings.conversationRetention.milliseconds)
      codeDueBy = end + settings.afterCallWorkTimeout.milliseconds
    }
    if window.state == .ended, window.isEndedByAgent, window.code == nil, !window.isCodeOverdue {
      guard codeDueBy <= time else { return }
      window.isCodeOverdue = true
      window.revision += 1
      note("code overdue")
    }
    guard deadline <= time else { return }
    if window.state == .ended {
      window.state = .final
      window.revision += 1
      note(byTick ? "final by tick" : "final")
    }
    if !byTick { window.state = .forgotten }
  }

  private func settle(_ window: Window, _ mark: Int64?) {
    if window.isSealed { return }
    let before = window.state
    if window.items[0].stream == .conversation {
      let isOver = window.conversationEnd != nil
      (window.state, window.reason) = isOver ? (.ended, "conversationEnded") : (.open, "none")
      if !isOver { window.isCodeOverdue = false }
    } else if let gap = gap(window.items[0]) {
      let isOver = mark.map { window.last + gap <= $0 } ?? false
      (window.state, window.reason) = isOver ? (.ended, "timeout") : (.open, "none")
    }
    if before != .open, window.state == .open { note(window.wasTicked ? "reopened after tick" : "reopened") }
    if window.state == .open { window.wasTicked = false }
  }

  private func merge(_ later: Window, into window: Window, _ mark: Int64?) {
    let span = max(window.last, later.last) - min(window.first, later.first)
    let isShort = window.items[0].stream == .custom || span <= settings.maxSessionDuration.milliseconds
    guard isShort, window.items.count + later.items.count <= settings.maxSessionEvents else {
      return note("unmergeable")
    }
    window.items += later.items
    window.minutes.merge(later.minutes, uniquingKeysWith: +)
    for id in later.recent where !window.recent.contains(id) { remember(id, in: window) }
    (later.state, later.mergedInto) = (.merged, window.id)
    later.revision += 1
    window.revision += 1
    note("bridge")
    settle(window, mark)
  }

  private func remember(_ id: String, in window: Window) {
    window.recent = Array((window.recent + [id]).suffix(settings.duplicateWindow))
  }

  private func reject(_ reason: RejectionReason) -> Admission {
    note(reason.rawValue)
    return .rejected(reason)
  }

  private func note(_ phenomenon: String) { seen[phenomenon, default: 0] += 1 }
}
