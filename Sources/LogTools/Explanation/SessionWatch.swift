internal import JourneyModel
internal import JourneyRules
internal import Predictions
internal import Processor
internal import Sessionizer

/// Watches what one customer's sessions do with one definition, beside the lane's own rules, which go first
/// and are not changed by it. Gets the definitions in force by `adopt`, before the first batch and when they
/// change.
///
/// Rules of other customers are not evaluated at all: nothing of theirs can reach this customer's sessions.
final class SessionWatch: LaneObserver {
  /// Most histories of sessions; beyond them those of forgotten sessions that nobody asks for are dropped.
  private static let maxHistories = 64

  /// The definition as it was, in the order in which it did so first.
  private(set) var editions: [DefinitionEdition] = []
  /// The one of the batch at hand.
  private(set) var edition = 0
  private(set) var histories: [SessionID: SessionHistory] = [:]
  /// The models of the batch at hand.
  var models = ModelSet.empty
  /// Counts events and timers: order of admission.
  private(set) var sequence = 0
  private let customer: Explanation.Customer
  private let wanted: SessionID
  private let asked: Definition
  private let settings: RuleSettings
  private let caseFolding: CaseFolding
  private var fired: [Fired] = []

  init(
    _ asked: Definition, customer: Explanation.Customer, wanted: SessionID,
    settings: RuleSettings, caseFolding: CaseFolding
  ) {
    self.asked = asked
    self.customer = customer
    self.wanted = wanted
    self.settings = settings
    self.caseFolding = caseFolding
  }

  /// The definition as the batches that follow have it.
  ///
  /// - Parameter bundle: the definitions in force; `nil` for none.
  func adopt(_ bundle: CompiledBundle?) {
    let found = bundle?.bundle.entries.lazy.map(\.definition).first { [asked] in
      $0.kind == asked.kind && $0.id == asked.id
    }
    let definition = found ?? asked
    let folding = found == nil ? caseFolding : bundle?.bundle.caseFolding ?? caseFolding
    let known = editions.firstIndex {
      $0.covers(definition, isInForce: found != nil, caseFolding: folding)
    }
    if let known {
      edition = known
      editions[known].definition = definition
      if found != nil { editions[known].bundle = bundle }
    } else {
      edition = editions.count
      editions.append(
        DefinitionEdition(
          definition, of: found == nil ? nil : bundle, settings: settings, caseFolding: folding))
    }
  }

  var seesEvents: Bool { true }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    sequence += 1
    let history = history(of: session)
    takeMerged(into: history)
    let moment = Hits.Moment(sequence: sequence, time: event.time, event: batch.text(event.id))
    history.events.add(moment)
    history.note(name: batch.text(event.name))
    let edition = editions[edition]
    if let predicted = edition.predicted {
      history.scored.take(
        event, of: batch, moment: moment, session: session, outcome: predicted, models: models)
    }
    let held = parts(edition, event, batch, session)
    var findings = history.findings.removeValue(forKey: self.edition) ?? SessionFindings(edition.definition)
    defer { history.findings[self.edition] = findings }
    findings.definition = edition.definition
    findings.counts = edition.bundle.flatMap {
      session.rules.counts(of: $0.rules, edition.definition.firedKind, edition.definition.id)
    }
    findings.events.add(moment)
    for part in held { findings.hits[part, default: Hits()].add(moment) }
    for (part, reader) in edition.readers {
      let values: [String]
      switch part {
      case .journeyCriterion(let number, _):
        guard held.contains(.scope(number)) else { continue }
        values =
          reader.key.origin == .event ? reader.values(of: event, in: batch) : session.values(reader)
      default: values = session.values(reader)
      }
      findings.seen[part, default: SeenValues()].add(values, holds: held.contains(part), at: moment)
    }
    if let pageReader = edition.pageReader {
      findings.pages.add(session.values(pageReader), holds: false, at: moment)
    }
  }

  /// The parts that hold at this event.
  private func parts(
    _ edition: DefinitionEdition, _ event: borrowing Event, _ batch: borrowing EventBatch, _ session: Session
  ) -> Set<RuleParts.Part> {
    fired.removeAll(keepingCapacity: true)
    var state = RuleState()
    edition.evaluator.evaluate(event, of: batch, session: session, state: &state, output: &fired)
    return Set(fired.map { edition.parts.parts[$0.definition] })
  }

  func fired(_ session: Session) { sequence += 1 }

  func evaluates(_ session: Session) -> Bool {
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
