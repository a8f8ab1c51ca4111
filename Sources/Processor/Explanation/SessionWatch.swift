internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// Watches what one customer's sessions do with one rule, beside the lane's own rules, which go first and are not changed by it.
///
/// Rules of other customers are not evaluated at all: nothing of theirs can reach this customer's sessions.
final class SessionWatch: SessionObserver {
  /// Most histories of sessions; beyond them those of forgotten sessions that nobody asks for are dropped.
  private static let maxHistories = 64

  let parts: RuleParts
  private(set) var histories: [SessionID: SessionHistory] = [:]
  /// Counts events and timers: order of admission.
  private(set) var sequence = 0
  private let rules: any SessionObserver
  private let customer: Explanation.Customer
  private let wanted: SessionID
  private let evaluator: RuleEvaluator
  private let readers: [RuleParts.Part: FactReader]
  private let pageReader: FactReader?
  private var fired: [Fired] = []

  init(
    _ definition: Definition, rules: any SessionObserver, customer: Explanation.Customer, wanted: SessionID,
    settings: RuleSettings, caseFolding: CaseFolding
  ) {
    self.rules = rules
    self.customer = customer
    self.wanted = wanted
    parts = RuleParts(definition.trigger, settings: settings, caseFolding: caseFolding)
    evaluator = RuleEvaluator(rules: parts.rules)
    var readers: [RuleParts.Part: FactReader] = [:]
    for (number, pattern) in parts.rule.context.enumerated() {
      for (place, criterion) in pattern.criteria.enumerated() {
        readers[.contextCriterion(number, place)] =
          FactKey(criterion.key, isContext: true).map { FactReader($0) }
      }
    }
    for (number, pattern) in parts.rule.journey.enumerated() {
      for (place, criterion) in pattern.criteria.enumerated() {
        readers[.journeyCriterion(number, place)] =
          FactKey(criterion.key, isContext: false).map { FactReader($0) }
      }
    }
    self.readers = readers
    if case .actionMap(let map) = definition, !map.pageURLConditions.isEmpty {
      pageReader = FactKey("page.url", isContext: true).map { FactReader($0) }
    } else {
      pageReader = nil
    }
  }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    guard isWatched(session) else { return }
    sequence += 1
    let history = history(of: session)
    takeMerged(into: history)
    rules.applied(event, of: batch, to: session)
    let moment = Hits.Moment(sequence: sequence, time: event.time, event: batch.text(event.id))
    history.events.add(moment)
    history.note(name: batch.text(event.name))
    let held = parts(event, batch, session)
    for part in held { history.hits[part, default: Hits()].add(moment) }
    for (part, reader) in readers {
      let values: [String]
      switch part {
      case .journeyCriterion(let number, _):
        guard held.contains(.scope(number)) else { continue }
        values =
          reader.key.origin == .event ? reader.values(of: event, in: batch) : session.values(reader)
      default: values = session.values(reader)
      }
      history.seen[part, default: SeenValues()].add(values, holds: held.contains(part), at: moment)
    }
    if let pageReader { history.pages.add(session.values(pageReader), holds: false, at: moment) }
  }

  /// The parts that hold at this event.
  private func parts(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ session: Session
  ) -> Set<RuleParts.Part> {
    fired.removeAll(keepingCapacity: true)
    var state = RuleState()
    evaluator.evaluate(event, of: batch, session: session, state: &state, output: &fired)
    return Set(fired.map { parts.parts[$0.definition] })
  }

  func unassigned(_ assignments: [RuleState.Assignment], of session: Session, at time: EventTime) {
    guard isWatched(session) else { return }
    sequence += 1
    rules.unassigned(assignments, of: session, at: time)
  }

  func due(_ session: Session, at time: EventTime) {
    guard isWatched(session) else { return }
    sequence += 1
    rules.due(session, at: time)
  }

  private func isWatched(_ session: Session) -> Bool {
    let identity = session.identity
    return identity.bytes[identity.customerID.indices].elementsEqual(customer.id.utf8)
      && identity.bytes[identity.customerIDType.indices].elementsEqual(customer.idType.utf8)
  }

  private func history(of session: Session) -> SessionHistory {
    // A session may come back under an id that was forgotten: what is asked for is the newer one.
    if let known = histories[session.id], known.session === session { return known }
    if histories.count >= SessionWatch.maxHistories {
      histories = histories.filter { $0.key == wanted || $0.value.session.lifecycle != .forgotten }
    }
    let new = SessionHistory(session)
    histories[session.id] = new
    return new
  }

  /// The event may have bridged sessions: their histories are this one's from here on.
  private func takeMerged(into history: SessionHistory) {
    guard history.session.eventCount > history.events.count + 1 else { return }
    let merged = histories.values.filter {
      !$0.isTaken && $0.session.lifecycle == .merged && $0.session.mergedInto == history.session.id
    }
    for other in merged.sorted(by: { $0.session.id < $1.session.id }) { history.take(other) }
  }
}

extension Definition {
  /// The rule that makes it happen: of an action map, its conditions on events.
  var trigger: Rule {
    switch self {
    case .segment(let segment): segment.rule
    case .outcome(let outcome): outcome.rule
    case .actionMap(let map): map.triggerWithEventConditions.isEmpty ? Rule() : map.eventRule
    default: Rule()
    }
  }
}
