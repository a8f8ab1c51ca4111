internal import EventLog
package import JourneyModel
package import JourneyRules
package import Processor
internal import Sessionizer
internal import WireFormat

/// Runs a lane's batches through the processor's own machine, each under the definitions that it comes with,
/// and watches one definition in one customer's sessions.
///
/// What the machine writes about the definition is the verdict; the rule's parts, evaluated besides, say how
/// it came to that.
package final class LaneExplainer {
  private let definition: Definition
  private let bundle: CompiledBundle
  private let machine: LaneMachine
  private let watch: SessionWatch
  private let wanted: SessionID
  private var records = OutputBatch()
  private var told = 0
  private var adopted: CompiledBundle?

  /// Creates an explainer.
  ///
  /// - Parameters:
  ///   - definition: a segment, an outcome or an action map of the bundle. Other bundles may have another one
  ///     of its kind and id.
  ///   - bundle: the definitions that the question is asked by.
  ///   - session: the session that is asked for.
  ///   - customer: whose it is.
  package init(
    _ definition: Definition, of bundle: CompiledBundle, session: SessionID, customer: Explanation.Customer,
    lane: LaneNumber, settings: LaneSettings
  ) {
    self.definition = definition
    self.bundle = bundle
    wanted = session
    machine = LaneMachine(lane: lane, settings: settings, configuration: "explain")
    watch = SessionWatch(
      definition, customer: customer, wanted: session, settings: settings.sessions.rules,
      caseFolding: bundle.bundle.caseFolding)
    machine.observer = watch
    watch.adopt(nil)
  }

  /// Sessions and other values that it holds.
  package var heldValues: Int { machine.sessionizer.residentCount }

  /// Takes the lane's next batch.
  package func reduce(_ batch: LaneBatch) {
    if batch.definitions !== adopted {
      adopted = batch.definitions
      watch.adopt(adopted)
    }
    watch.models = batch.models
    records.removeAll()
    _ = machine.reduce(batch, into: &records)
    take()
  }

  /// Advances event time past every timeout.
  package func close(takenAt: EventTime) {
    reduce(LaneBatch(takenAt: takenAt, inputs: [], tick: StreamTimes(every: .latest), definitions: bundle))
  }

  // MARK: - What was emitted

  /// Notes what the batch has emitted about the definition.
  private func take() {
    let topics = machine.settings.topics
    let names = records.topics.map { topics.derived.contains($0) }
    for entry in records.entries where names[entry.topic] {
      guard let key = entry.key, let value = entry.value,
        let id = SessionID(text: Array(records.bytes[key.indices])),
        let history = watch.histories[id].map(survivor),
        let body = try? DefinitionJSON.read(
          Array(records.bytes[value.indices]), limits: DerivedNews.limits),
        var happening = happening(body)
      else { continue }
      told += 1
      happening.hits.add(
        Hits.Moment(
          sequence: told, time: DerivedNews.time(body), event: body["correlationId"]?.asText))
      history.note(happening, under: watch.edition, watch.editions[watch.edition].definition)
    }
  }

  private func survivor(_ history: SessionHistory) -> SessionHistory {
    var history = history
    while history.isTaken, let id = history.session.mergedInto, let next = watch.histories[id],
      next !== history
    {
      history = next
    }
    return history
  }

  /// What a derived event says about the definition; `nil` if it is about another one.
  private func happening(_ event: DefinitionValue) -> Explanation.Happening? {
    guard let news = DerivedNews(event), news.kind == definition.kind, news.id == definition.id else {
      return nil
    }
    return Explanation.Happening(
      word: news.word, reason: news.reason, hits: Hits(), detail: news.body,
      because: event["because"] ?? .array([]))
  }

  // MARK: - What it comes to

  /// What became of the definition in the session, or in the one that it was merged into.
  ///
  /// - Returns: `nil` if none of the batches had an event of the session.
  package func explanation() -> Explanation? {
    guard let asked = watch.histories[wanted] else { return nil }
    let history = survivor(asked)
    guard let number = edition(of: history), let findings = history.findings[number] else { return nil }
    let edition = watch.editions[number]
    let firing = history.firing.flatMap { $0.edition == number ? $0 : nil }
    var explanation = Explanation(
      subject: subject(history, asked), definition: firing?.definition ?? findings.definition,
      held: false, isExpired: false, isOrdered: edition.parts.rule.isOrdered, context: [], journey: [],
      segments: [], happenings: history.happenings, pages: findings.pages, notes: [])
    settle(&explanation, history, edition)
    let reader = FindingReader(parts: edition.parts, findings: findings, explanation: explanation)
    explanation.context = reader.context
    explanation.journey = reader.journey
    explanation.prediction = history.scored.prediction
    explanation.notes += notes(explanation, history, number)
    return explanation
  }

  /// The edition that the answer is about: the one under which the rule held, else the last one in force when
  /// the session had an event.
  private func edition(of history: SessionHistory) -> Int? {
    // What was emitted before the first event that is retained has no findings.
    if let firing = history.firing, history.findings[firing.edition] != nil { return firing.edition }
    let inForce = history.findings.filter { watch.editions[$0.key].isInForce }
    return (inForce.isEmpty ? history.findings : inForce).max {
      ($0.value.events.last?.sequence ?? 0) < ($1.value.events.last?.sequence ?? 0)
    }?.key
  }

  private func subject(_ history: SessionHistory, _ asked: SessionHistory) -> Explanation.Subject {
    let session = history.session
    let identity = session.identity
    let names = history.names.sorted {
      $0.value == $1.value ? $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) : $0.value > $1.value
    }
    return Explanation.Subject(
      id: session.id.text, asked: asked === history ? nil : asked.session.id.text,
      merged: history.merged.map(\.text), stream: session.stream, type: identity.text(identity.type),
      customer: Explanation.Customer(
        id: identity.text(identity.customerID), idType: identity.text(identity.customerIDType)),
      eventCount: session.eventCount, events: history.events, first: session.first, last: session.last,
      isOpen: session.lifecycle == .open, names: names.map { ($0.key, $0.value) })
  }

  /// Whether and when it held.
  private func settle(
    _ explanation: inout Explanation, _ history: SessionHistory, _ edition: DefinitionEdition
  ) {
    history.session.settleScores()
    let rules = history.session.rules
    let segments = (edition.bundle ?? bundle).bundle.segments
    switch explanation.definition {
    case .segment, .outcome:
      let kind = definition.firedKind
      guard let assignment = rules.assignments.first(where: { $0.kind == kind && $0.id == definition.id })
      else { return }
      explanation.held = true
      explanation.expires = assignment.expires
      explanation.isExpired = assignment.isExpired
      let told = history.happenings.first { $0.word == "assigned" || $0.word == "achieved" }
      explanation.moment = told?.hits.first
      if explanation.moment?.time != assignment.time {
        // Of two that were merged, the earlier one.
        explanation.moment = Hits.Moment(sequence: 0, time: assignment.time, event: nil)
        if let all = told?.hits.newest, let one = all.first(where: { $0.time == assignment.time }) {
          explanation.moment = one
        }
      }
    case .actionMap(let map):
      let offered = history.happenings.first { $0.word == "offered" }
      explanation.held = offered != nil
      explanation.moment = offered?.hits.first
      explanation.segments = map.triggerWithSegments.map { id in
        let assignment = rules.assignments.first { $0.kind == .segment && $0.id == id }
        return Explanation.TriggerSegment(
          id: id, displayName: segments.first { $0.id == id }?.displayName,
          assigned: assignment?.time, isExpired: assignment?.isExpired ?? false)
      }
      let outcomes = (edition.bundle ?? bundle).bundle.outcomes
      let qualified = history.happenings.first { $0.word.hasPrefix("qualified") }
      explanation.predictions = map.triggerWithOutcomeConditions.map { condition in
        Explanation.TriggerPrediction(
          condition, displayName: outcomes.first { $0.id == condition.outcomeID }?.displayName,
          because: qualified?.because, scores: rules.scores)
      }
    default: return
    }
  }

  private func notes(_ explanation: Explanation, _ history: SessionHistory, _ number: Int) -> [String] {
    let edition = watch.editions[number]
    var notes =
      edition.isInForce ? ExplanationNotes(explanation, trigger: edition.parts.rule).lines : []
    notes += editionNotes(explanation, history, number)
    let missing = history.session.eventCount - history.events.count
    if missing > 0 {
      notes.append("\(missing) of the session's \(history.session.eventCount) events could not be read again")
    }
    let omitted = history.session.rules.omitted
    if omitted > 0 {
      notes.append(
        "the session has reached a bound of rules: \(omitted) times something was left out (RuleSettings)")
    }
    return notes
  }

  /// Where the definition was not the same all the time, or is another one now.
  private func editionNotes(
    _ explanation: Explanation, _ history: SessionHistory, _ number: Int
  ) -> [String] {
    guard watch.editions[number].isInForce else {
      return [
        "it was not in force when the session's events came, so no rule was asked; the parts say what held of it as it is now"
      ]
    }
    var notes: [String] = []
    if explanation.definition != definition {
      notes.append(
        "this is the definition of then, version \(explanation.definition.version); it has changed since, to version \(definition.version)"
      )
    }
    for (other, findings) in history.findings.sorted(by: { $0.key < $1.key }) where other != number {
      let events = FindingReader.events(findings.events.count)
      notes.append(
        watch.editions[other].isInForce
          ? "\(events) came while it said something else, version \(findings.definition.version)"
          : "\(events) came while it was not in force")
    }
    return notes
  }
}
