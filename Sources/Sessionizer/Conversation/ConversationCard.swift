package import JourneyModel

/// What a conversation's legs come to: one pure function of them, whatever the order in which their events
/// arrived.
///
/// `docs/design/sessions.md` has it as a table.
package struct ConversationCard: Sendable {
  /// What the card says of where the conversation is.
  package enum Status: UInt8, Sendable {
    /// The customer waits: in a flow, in a queue, between two agents, or while it rings at an agent.
    case waiting = 0
    /// An agent is connected.
    case active = 1
    /// The customer speaks, or has spoken, to a voice mailbox.
    case voicemail = 2
    /// Over: the customer has left.
    case endedByCustomer = 3
    /// Over: the agent has ended it.
    case endedByAgent = 4
    /// Over: the agent's time for a code has run out.
    case withoutCode = 5
  }

  package var status = Status.waiting
  /// When it ended; `nil` while anybody is there.
  package var ended: EventTime?
  /// Whether an agent was connected at any time.
  package var hadAgent = false
  /// Whether nobody has taken what the customer came for last.
  package var isMissed = false
  /// Whether the card shows the agent's name.
  package var showsAgent = false
  /// When the code was set that the card shows.
  package var coded: EventTime?
  /// Whether any leg is a queue's.
  package var hasQueue = false

  /// Where the facts of the session come from: legs by their place in `legs`.
  package var agent: Int?
  package var queue: Int?
  package var code: Int?
  package var userDisconnect: Int?
  package var customerDisconnect: Int?
  package var outcome: Int?
  package var direction: Int?
  package var channel: Int?

  /// The legs in their order.
  package private(set) var legs: [Leg] = []
  /// Since when each agent is, or was, connected; `nil` for other legs and for agents who never were.
  package private(set) var connected: [EventTime?] = []

  package init() {}

  /// Reads the legs.
  ///
  /// - Parameter noCodes: codes that say that there is none, as JSON: what the vendor sets when the time for
  ///   it runs out.
  package init(_ legs: [Leg], noCodes: [[UInt8]]) {
    self.legs = legs
    connected = legs.indices.map { ConversationCard.connected(legs[$0], among: legs) }
    hadAgent = connected.contains { $0 != nil }
    hasQueue = legs.contains { $0.kind == .queue }
    ended = end()
    direction = oldest(.direction)
    channel = oldest(.channel)
    outcome = newest(.outcome)
    if let ended { standAfter(ended, noCodes) } else { standNow() }
    if code == nil { code = newestCode(noCodes) }
    if queue == nil { queue = fallback(.queue) }
    if agent == nil { agent = fallback(.user) }
  }

  // MARK: Who was connected, and when it was over

  /// Since when an agent is connected. Where the feed does not say, by the queue: as long as the customer
  /// waits in the queue that the agent was rung for, it rings.
  private static func connected(_ agent: Leg, among legs: [Leg]) -> EventTime? {
    guard agent.kind == .agent, let start = agent.opened ?? agent.ended else { return nil }
    if agent.talkAtStart == .spoken { return start }
    if let ended = agent.ended, ended >= start, agent.talk == .never { return nil }
    let hasSpoken = agent.talk == .spoken && (agent.ended.map { $0 >= start } ?? false)
    for queue in legs where queue.kind == .queue && !queue.isFlat {
      guard let opened = queue.opened, opened <= start, !agent.has(.queue) || queue.agrees(.queue, agent)
      else { continue }
      guard let left = queue.endTime else {
        if hasSpoken { return start }
        return nil
      }
      guard left > start else { continue }
      if hasSpoken { return min(left, agent.ended ?? left) }
      if queue.has(.outcome), !queue.says(.outcome, "\"Answered\"") { return nil }
      if queue.has(.answeredBy), agent.has(.subject), !sameText(queue, .answeredBy, agent, .subject) {
        return nil
      }
      if let ended = agent.endTime, ended < left { return nil }
      return left
    }
    return start
  }

  private static func sameText(_ left: Leg, _ first: Leg.Text, _ right: Leg, _ second: Leg.Text) -> Bool {
    Leg.compare(left.bytes, left.slice(first), right.bytes, right.slice(second)) == 0
  }

  /// When the conversation was over: when the last customer has left and nobody has come since who is still
  /// there. Where no customer's leg is known, when all agents have left and one of them has set a code.
  private func end() -> EventTime? {
    var last: EventTime?
    var hasCustomer = false
    for leg in legs where leg.kind == .customer {
      hasCustomer = true
      guard let time = ConversationCard.customerEnd(leg) else { return nil }
      last = max(last ?? time, time)
    }
    guard hasCustomer else { return endWithoutCustomer() }
    guard let left = last else { return nil }
    var end = left
    for leg in legs where leg.kind == .agent || leg.kind == .queue || leg.kind == .voicemail {
      guard let opened = leg.opened, opened > left, !leg.isFlat else { continue }
      guard let time = leg.endTime else { return nil }
      end = max(end, time)
    }
    return end
  }

  private static func customerEnd(_ leg: Leg) -> EventTime? {
    if leg.opened != nil { return leg.endTime }
    // Nothing but a note of the flat form: whatever ends it has come after.
    return leg.ended ?? (leg.isFlat ? leg.coded : nil)
  }

  private func endWithoutCustomer() -> EventTime? {
    var end: EventTime?
    var hasCode = false
    for leg in legs {
      switch leg.kind {
      case .agent:
        guard let time = leg.endTime else { return nil }
        if leg.coded != nil { hasCode = true }
        end = max(end ?? time, time)
      case .code:
        hasCode = true
        if end == nil { end = leg.coded }
      case .queue, .voicemail:
        guard leg.opened == nil || leg.isOver else { return nil }
      case .customer, .flow: break
      }
    }
    return hasCode ? end : nil
  }

  /// When an agent left, by `end` at the latest.
  private func left(_ index: Int, by end: EventTime) -> EventTime {
    legs[index].endTime ?? end
  }

  // MARK: While anybody is there

  private mutating func standNow() {
    var here: Int?
    for index in legs.indices where legs[index].kind == .agent && !legs[index].isOver {
      guard let since = connected[index] else { continue }
      // The one who has been there for longest; the legs' order decides where that is not enough.
      if let best = here, let time = connected[best], time <= since { continue }
      here = index
    }
    if let here {
      status = .active
      agent = here
      showsAgent = true
      queue = legs[here].has(.queue) ? here : newestQueue(onlyOpen: false)
    } else {
      status =
        legs.contains { $0.kind == .voicemail && $0.opened != nil && !$0.isOver } ? .voicemail : .waiting
      agent = lastConnected(by: .latest)
      queue = newestQueue(onlyOpen: true) ?? newestQueue(onlyOpen: false)
    }
    userDisconnect = lastToLeave()
    customerDisconnect = newestCustomerDisconnect()
  }

  // MARK: When it is over

  private mutating func standAfter(_ end: EventTime, _ noCodes: [[UInt8]]) {
    let last = lastConnected(by: end)
    let lastLeft = last.map { left($0, by: end) }
    // What came after the last agent: somebody waited once more, or spoke to a mailbox.
    func isAfter(_ leg: Leg) -> Bool {
      guard let opened = leg.opened ?? leg.ended else { return false }
      return lastLeft.map { opened >= $0 && $0 < end } ?? true
    }
    customerDisconnect = newestCustomerDisconnect()
    if legs.contains(where: { $0.kind == .voicemail && isAfter($0) }) {
      status = .voicemail
      queue = newestQueue(onlyOpen: false)
      agent = last
      userDisconnect = lastToLeave()
      return
    }
    let hasWaited = legs.contains {
      $0.kind == .queue && isAfter($0) && !$0.isAnswered && !$0.says(.outcome, "\"Answered\"")
    }
    guard let last, !hasWaited else {
      status = .endedByCustomer
      queue = newestQueue(onlyOpen: false)
      agent = last
      userDisconnect = last == nil ? nil : lastToLeave()
      // Without any agent, and in the flat form, a code can only be the conversation's own.
      let codes = legs.indices.filter {
        legs[$0].hasCode && legs[$0].kind != .agent && (last == nil || legs[$0].isFlat)
      }
      showCode(ofAll: codes, noCodes)
      isMissed = coded == nil
      return
    }
    // Those who were there to the end; else the last to leave.
    var those = legs.indices.filter { connected[$0] != nil && left($0, by: end) >= end }
    if those.isEmpty { those = [last] }
    agent = those.min { left, right in
      let (one, other) = (connected[left] ?? end, connected[right] ?? end)
      return one == other ? left < right : one < other
    }
    showsAgent = true
    if let agent {
      queue = legs[agent].has(.queue) ? agent : newestQueue(onlyOpen: false)
      userDisconnect = legs[agent].has(.disconnect) ? agent : lastToLeave()
    }
    status = isEndedByAgent(those, end) ? .endedByAgent : .endedByCustomer
    showCode(ofAll: those, noCodes)
  }

  /// A leg's disconnect type says who hung up as that leg saw it: on the agent's leg `Peer` is the customer;
  /// on the customer's leg `Peer` is the agent. An agent who passed the customer on has ended nothing.
  private func isEndedByAgent(_ those: [Int], _ end: EventTime) -> Bool {
    if let flat = legs.first(where: { $0.kind == .customer && $0.has(.agentDisconnect) }) {
      return !flat.says(.agentDisconnect, "\"Peer\"")
    }
    let said = those.filter { legs[$0].has(.disconnect) }
    if let first = said.first {
      let leg = legs[first]
      if ConversationCard.isTransfer(leg), left(first, by: end) < end { return false }
      return !said.contains { legs[$0].says(.disconnect, "\"Peer\"") }
    }
    return customerDisconnect.map { legs[$0].says(.disconnect, "\"Peer\"") } ?? false
  }

  private static func isTransfer(_ leg: Leg) -> Bool {
    let tail: StaticString = "Transfer\""
    let slice = leg.slice(.disconnect)
    guard slice.count >= tail.utf8CodeUnitCount else { return false }
    let start = slice.indices.upperBound - tail.utf8CodeUnitCount
    for index in 0..<tail.utf8CodeUnitCount where leg.bytes[start + index] != tail.utf8Start[index] {
      return false
    }
    return true
  }

  /// Shows the newest code of these legs.
  private mutating func showCode(ofAll those: [Int], _ noCodes: [[UInt8]]) {
    guard let shown = newestCode(those.filter { !isNone($0, noCodes) }) else {
      if those.contains(where: { legs[$0].hasCode }) { status = .withoutCode }
      return
    }
    code = shown
    coded = legs[shown].coded
  }

  /// Whether a leg's code says that there is none.
  private func isNone(_ index: Int, _ noCodes: [[UInt8]]) -> Bool {
    let name = legs[index].text(.dispositionName)
    return noCodes.contains { $0.elementsEqual(name) }
  }

  // MARK: Which leg says what

  private func newestCode(_ those: [Int]) -> Int? {
    var best: Int?
    for index in those where legs[index].hasCode {
      if let known = best, let time = legs[known].coded, let own = legs[index].coded {
        if own < time { continue }
        if own == time, legs[index].compare(.disposition, to: legs[known]) <= 0 { continue }
      }
      best = index
    }
    return best
  }

  private func newestCode(_ noCodes: [[UInt8]]) -> Int? {
    newestCode(legs.indices.filter { legs[$0].has(.disposition) && !isNone($0, noCodes) })
  }

  /// The agent who was connected and left last; the one who had been there for longest, where several left
  /// together.
  private func lastConnected(by end: EventTime) -> Int? {
    var best: Int?
    for index in legs.indices {
      guard let since = connected[index] else { continue }
      if let known = best, let time = connected[known] {
        let (one, other) = (left(index, by: end), left(known, by: end))
        if one < other || (one == other && since >= time) { continue }
      }
      best = index
    }
    return best
  }

  /// The connected agent whose end was the last that has a reason.
  private func lastToLeave() -> Int? {
    var best: Int?
    for index in legs.indices where connected[index] != nil && legs[index].has(.disconnect) {
      if let known = best {
        let (one, other) = (legs[index].time(.disconnect), legs[known].time(.disconnect))
        if one < other || (one == other && legs[index].compare(.disconnect, to: legs[known]) <= 0) {
          continue
        }
      }
      best = index
    }
    return best ?? legs.indices.first { legs[$0].has(.agentDisconnect) }
  }

  private func newestCustomerDisconnect() -> Int? {
    newest(.disconnect) { $0.kind == .customer }
  }

  private func newestQueue(onlyOpen: Bool) -> Int? {
    var best: Int?
    for index in legs.indices where legs[index].kind == .queue && legs[index].has(.queue) {
      let leg = legs[index]
      if onlyOpen, leg.isOver || leg.opened == nil { continue }
      if let known = best {
        let (one, other) = (leg.opened ?? leg.first, legs[known].opened ?? legs[known].first)
        if one < other || (one == other && leg.compare(.queue, to: legs[known]) <= 0) { continue }
      }
      best = index
    }
    return best
  }

  /// Any leg that knows, the newest: a queue or an agent that no event has placed.
  private func fallback(_ text: Leg.Text) -> Int? {
    text == .user
      ? newest(text) { $0.kind == .customer && $0.isFlat } : newest(text) { _ in true }
  }

  private func newest(_ text: Leg.Text, _ isMeant: (Leg) -> Bool = { _ in true }) -> Int? {
    var best: Int?
    for index in legs.indices where legs[index].has(text) && isMeant(legs[index]) {
      if let known = best {
        let (one, other) = (legs[index].time(text), legs[known].time(text))
        if one < other || (one == other && legs[index].compare(text, to: legs[known]) <= 0) { continue }
      }
      best = index
    }
    return best
  }

  private func oldest(_ text: Leg.Text) -> Int? {
    var best: Int?
    for index in legs.indices where legs[index].has(text) {
      if let known = best {
        let (one, other) = (legs[index].time(text), legs[known].time(text))
        // At one moment the customer's leg says what the conversation is.
        let order = legs[index].kind.rawValue < legs[known].kind.rawValue
        let isSameKind = legs[index].kind == legs[known].kind
        let isLess = isSameKind ? legs[index].compare(text, to: legs[known]) < 0 : order
        if one > other || (one == other && !isLess) { continue }
      }
      best = index
    }
    return best
  }
}
