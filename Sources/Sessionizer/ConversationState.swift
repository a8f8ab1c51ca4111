package import JourneyModel

/// Where a conversation is: its legs, and what they come to.
package struct ConversationState {
  /// Legs and what they come to, in a place of their own: every session has this state, and few are
  /// conversations.
  private final class Details {
    var legs = LegBook()
    var status = ConversationCard.Status.waiting
    var isMissed = false
    var showsAgent = false
  }

  private var details: Details?

  /// The legs as events name them.
  package var legs: LegBook {
    get { details?.legs ?? LegBook() }
    _modify {
      let details = details ?? Details()
      self.details = details
      yield &details.legs
    }
  }
  /// Whether legs are kept: not by a version before.
  package var hasLegs: Bool { details.map { !$0.legs.isEmpty } ?? false }
  /// What the card says of where it is.
  package var status: ConversationCard.Status { details?.status ?? .waiting }
  /// Whether nobody has taken what the customer came for last.
  package var isMissed: Bool { details?.isMissed ?? false }
  /// Whether the card shows the agent's name.
  package var showsAgent: Bool { details?.showsAgent ?? true }
  /// Where it is, in the words of versions that kept nothing else.
  package var phase = ConversationPhase.none
  /// Since when: when it ended, if it has.
  package var phaseTime = EventTime(milliseconds: 0)
  /// Event time of the wrap-up code that counts, if there is one.
  package var wrapupTime: EventTime?
  /// Whether an agent was connected at any time.
  package var hadAgent = false
  /// Whether the wait for a wrap-up code is over.
  package var afterCallWorkElapsed = false

  package init() {}

  /// Whether the conversation is over.
  package var isEnded: Bool { phase == .ended || (wrapupTime.map { $0 >= phaseTime } ?? false) }

  /// When it ended.
  package var endTime: EventTime? {
    if phase == .ended { return phaseTime }
    return isEnded ? wrapupTime : nil
  }

  /// What the card shows, as the state codec read it.
  package mutating func restore(status: ConversationCard.Status, isMissed: Bool, showsAgent: Bool) {
    details?.status = status
    details?.isMissed = isMissed
    details?.showsAgent = showsAgent
  }

  /// Reads the card off the legs. It is not kept: it is as large as they are.
  package mutating func read(noCodes: [[UInt8]]) -> ConversationCard {
    let card = ConversationCard(legs.resolved(), noCodes: noCodes)
    guard let details else { return card }
    details.status = card.status
    details.isMissed = card.isMissed
    details.showsAgent = card.showsAgent
    hadAgent = card.hadAgent
    wrapupTime = card.coded
    if let ended = card.ended {
      phase = .ended
      phaseTime = ended
      return card
    }
    switch card.status {
    case .active:
      phase = .connected
      phaseTime = card.agent.flatMap { card.connected[$0] } ?? phaseTime
    case .waiting where !hadAgent && !card.hasQueue:
      phase = .started
      phaseTime = card.legs.first?.first ?? phaseTime
    default:
      phase = .waiting
      phaseTime = card.queue.flatMap { card.legs[$0].opened } ?? card.legs.first?.first ?? phaseTime
    }
    return card
  }
}
