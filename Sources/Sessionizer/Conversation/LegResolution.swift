internal import JourneyModel

/// Legs as they are, made of entries as events name them.
extension LegBook {
  /// The legs in their order, each entry that leaves something out joined with the leg that it means:
  ///
  /// - One that never began, of the same kind, whose participant, session and subject contradict nothing: the
  ///   last leg that had begun by then.
  /// - A code without its agent: of the agents whose participant and session contradict nothing the one who
  ///   left last by then and has no code; else the one who came last.
  /// - The flat form has one agent or queue at a time: the next one ends it, and its code is the last
  ///   agent's.
  ///
  /// What means no leg stays by itself.
  package func resolved() -> [Leg] {
    var all = legs
    if all.count > 1 {
      all.sort(by: Leg.precedes)
      joinLoose(&all)
      joinCodes(&all)
      if all.contains(where: \.isFlat) { resolveFlat(&all) }
    }
    return all
  }

  /// Joins entries that never began with legs that did.
  private func joinLoose(_ all: inout [Leg]) {
    var index = 0
    while index < all.count {
      let loose = all[index]
      guard loose.opened == nil, !loose.isFlat, loose.kind != .code, all.count > 1 else {
        index += 1
        continue
      }
      var best: Int?
      for other in all.indices where other != index {
        let leg = all[other]
        guard leg.kind == loose.kind, !leg.isFlat, let opened = leg.opened, opened <= loose.last,
          leg.agrees(.participant, loose), leg.agrees(.session, loose), leg.agrees(.subject, loose)
        else { continue }
        guard let known = best, let time = all[known].opened else {
          best = other
          continue
        }
        // Those that are still there come before those that are over, then the last to come.
        let (isOver, wasOver) = (leg.isOver, all[known].isOver)
        if isOver != wasOver ? wasOver : opened > time { best = other }
      }
      guard let best else {
        index += 1
        continue
      }
      all[best].take(loose)
      all.remove(at: index)
    }
  }

  /// Gives codes that came without their agent to agents.
  private func joinCodes(_ all: inout [Leg]) {
    let codes = all.indices.filter { all[$0].kind == .code }
    guard !codes.isEmpty else { return }
    var order = codes.map { all[$0] }
    order.sort { left, right in
      left.last == right.last ? left.compare(.subject, to: right) < 0 : left.last < right.last
    }
    all.removeAll { $0.kind == .code }
    for code in order {
      guard let agent = owner(of: code, among: all) else {
        all.append(code)
        continue
      }
      all[agent].take(withoutSubject: code)
    }
  }

  private func owner(of code: Leg, among all: [Leg]) -> Int? {
    var best: Int?
    /// Whether the agent has a code of their own, has not left by then, when they left or came.
    func rank(_ leg: Leg) -> (Int, Int, Int64) {
      let isTaken = leg.hasCode && !leg.equals(.disposition, code)
      guard let ended = leg.ended, ended >= leg.opened ?? ended, ended <= code.last else {
        return (isTaken ? 0 : 1, 0, leg.opened?.milliseconds ?? 0)
      }
      return (isTaken ? 0 : 1, 1, ended.milliseconds)
    }
    for index in all.indices
    where all[index].kind == .agent && !all[index].isFlat && all[index].first <= code.last
      && all[index].agrees(.participant, code) && all[index].agrees(.session, code)
    {
      guard let known = best else {
        best = index
        continue
      }
      if rank(all[index]) > rank(all[known]) { best = index }
    }
    return best
  }

  private func resolveFlat(_ all: inout [Leg]) {
    let stages = all.indices.filter { all[$0].isFlat && all[$0].kind != .customer && all[$0].opened != nil }
    let order = stages.sorted { left, right in
      let (one, other) = (all[left], all[right])
      if let time = one.opened, let next = other.opened, time != next { return time < next }
      // At one moment the agent is further on than the queue.
      return one.kind == other.kind ? left < right : one.kind == .queue
    }
    for (place, index) in order.enumerated() where place + 1 < order.count {
      if let next = all[order[place + 1]].opened { all[index].end(at: next, .spoken) }
      if all[index].kind == .queue, all[order[place + 1]].kind == .agent { all[index].isAnswered = true }
    }
    guard let customer = all.firstIndex(where: { $0.isFlat && $0.kind == .customer }) else { return }
    let source = all[customer]
    if source.coded != nil, let agent = order.last(where: { isCoded(all[$0], by: source) }) {
      all[agent].take(codeOf: source)
    }
  }

  private func isCoded(_ leg: Leg, by customer: Leg) -> Bool {
    guard leg.kind == .agent, let opened = leg.opened, let coded = customer.coded else { return false }
    return opened <= coded
  }
}

extension Leg {
  /// Takes over a code.
  fileprivate mutating func take(codeOf other: Leg) {
    if let time = other.coded { coded = max(coded ?? time, time) }
    for text in [Text.disposition, .dispositionName] where other.has(text) {
      set(text, at: other.time(text), other.bytes, other.slice(text))
    }
  }

  /// Takes over what a code without its agent says.
  fileprivate mutating func take(withoutSubject other: Leg) {
    last = max(last, other.last)
    take(codeOf: other)
    for text in [Text.queue, .queueName] where !has(text) && other.has(text) {
      set(text, at: other.time(text), other.bytes, other.slice(text))
    }
  }
}
