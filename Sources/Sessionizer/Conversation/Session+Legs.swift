internal import JourneyModel

/// A conversation's legs become its facts: what snapshots, rules and versions before this one read.
extension Session {
  /// Notes what an event says of legs.
  func noteLegs(_ event: borrowing Event, _ batch: borrowing EventBatch, _ settings: SessionSettings) {
    let form = LegMark.form(of: event, in: batch)
    guard form != .none else { return }
    let facts = batch.facts[Int(event.firstFact)..<Int(event.endFact)]
    if !conversation.hasLegs { inheritLegs(settings, isFlat: form == .flat) }
    for fact in facts where fact.field == .leg {
      guard let mark = LegMark(fact.value, of: batch.bytes) else { continue }
      conversation.legs.note(
        mark, at: event.time, facts: facts, of: batch.bytes, limit: settings.maxConversationLegs)
    }
  }

  /// Reads the card off the legs.
  ///
  /// - Returns: whether what the card shows as status has changed.
  func readLegs(_ settings: SessionSettings) -> Bool {
    guard conversation.hasLegs else { return false }
    let (phase, coded, status) = (conversation.phase, conversation.wrapupTime, conversation.status)
    let card = conversation.read(noCodes: settings.noWrapupCodes)
    if card.legs.contains(where: \.isFlat) {
      return phase != conversation.phase || coded != conversation.wrapupTime || status != conversation.status
    }
    derive(.originatingDirection, card, card.direction, .direction)
    derive(.queue, card, card.queue, .queue)
    derive(.queueName, card, card.queue, .queueName)
    derive(.user, card, card.agent, .user)
    let isAgentNew = derive(.userName, card, card.agent, .userName)
    derive(.disposition, card, card.code, .disposition)
    derive(.dispositionName, card, card.code, .dispositionName)
    derive(.userDisconnectType, card, card.userDisconnect, .disconnect)
    derive(.customerDisconnectType, card, card.customerDisconnect, .disconnect)
    derive(.acdOutcome, card, card.outcome, .outcome)
    return phase != conversation.phase || coded != conversation.wrapupTime || status != conversation.status
      || isAgentNew
  }

  /// Lets a fact be what a leg says; without one, nothing.
  ///
  /// - Returns: whether it has changed.
  @discardableResult
  private func derive(_ field: EventField, _ card: ConversationCard, _ index: Int?, _ text: Leg.Text) -> Bool
  {
    guard let index, card.legs[index].has(text) else { return facts.remove(field) }
    let leg = card.legs[index]
    return facts.derive(field, time: leg.time(text), source: leg.bytes, slice: leg.slice(text))
  }

  /// Makes legs of what a version before has kept: one phase, and the facts of whoever was last.
  private func inheritLegs(_ settings: SessionSettings, isFlat: Bool) {
    let state = conversation
    guard state.phase != .none else { return }
    func leg(_ kind: LegKind, from time: EventTime, _ texts: [(Leg.Text, EventField)]) -> Leg {
      var leg = Leg(kind, isFlat: isFlat, at: time)
      leg.open(at: time, .unknown)
      for (text, field) in texts {
        guard let fact = facts.facts.first(where: { $0.field == field }) else { continue }
        leg.set(text, at: max(time, fact.time), facts.bytes, fact.value)
      }
      return leg
    }
    var customer = leg(.customer, from: first, [(.direction, .originatingDirection)])
    if state.phase == .ended {
      customer.end(at: state.phaseTime, .unknown)
      if let reason = facts.value(.customerDisconnectType) {
        customer.set(.disconnect, at: state.phaseTime, facts.bytes, reason)
      }
    } else if let end = state.endTime {
      customer.end(at: end, .unknown)
    }
    if isFlat, let reason = facts.facts.first(where: { $0.field == .userDisconnectType }) {
      customer.set(.agentDisconnect, at: reason.time, facts.bytes, reason.value)
    }
    let limit = settings.maxConversationLegs
    conversation.legs.add(customer, limit: limit)
    if state.hadAgent {
      var agent = leg(
        .agent, from: state.phase == .connected ? state.phaseTime : first,
        [(.user, .user), (.userName, .userName), (.queue, .queue), (.queueName, .queueName)])
      agent.talkAtStart = .spoken
      if state.phase != .connected { agent.end(at: state.phaseTime, .spoken) }
      if !isFlat, let reason = facts.value(.userDisconnectType) {
        agent.set(.disconnect, at: agent.ended ?? last, facts.bytes, reason)
      }
      if let time = state.wrapupTime {
        agent.coded = time
        for (text, field) in [
          (Leg.Text.disposition, EventField.disposition), (.dispositionName, .dispositionName),
        ] {
          if let value = facts.value(field) { agent.set(text, at: time, facts.bytes, value) }
        }
      }
      conversation.legs.add(agent, limit: limit)
    }
    if state.phase == .waiting || !state.hadAgent, facts.value(.queue) != nil {
      var queue = leg(
        .queue, from: state.phase == .waiting ? state.phaseTime : first,
        [(.queue, .queue), (.queueName, .queueName), (.outcome, .acdOutcome)])
      if state.phase == .ended { queue.end(at: state.phaseTime, .unknown) }
      conversation.legs.add(queue, limit: limit)
    }
  }
}
