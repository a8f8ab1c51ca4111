internal import JourneyModel
package import JourneyRules
package import Sessionizer

/// Encodes what happens to actions: `schemas/web-action.schema.json`, `schemas/blocked-action.schema.json`.
/// An `offered` one is the trigger that orchestration acts on, and holds all that it needs for that.
///
/// What is the same each time is encoded once. A class, since it is handed out for every event.
package final class ActionEventEncoder: Sendable {
  private let snapshots: SnapshotEncoder
  private let maxTriggerAge: EventTime.Span
  private let maps: [Template]
  /// A copy of its own: docs/design/hot-path.md.
  private let facts = ActionEventEncoder.facts.map { $0 }

  /// A map's constant parts. A class, since it is reached for every event.
  private final class Template: Sendable {
    let version: Int
    /// The members `actionMap` and, if the map names one, `actionTarget`, from the colon of the first one on.
    let reference: [UInt8]
    let because: BecauseEncoder
    /// What an offer holds, up to the flow's inputs.
    let content: [UInt8]
    let inputs: [FlowInputEncoder]

    init(_ index: Int, _ map: ActionMap, _ definitions: CompiledBundle) {
      version = map.version
      var reference = DerivedEventHead.reference(
        "actionmaps", id: map.id, displayName: map.displayName, version: map.version)
      ActionEventEncoder.target(map, definitions.actions.targets[index], &reference)
      self.reference = reference
      because = BecauseEncoder(map.eventRule)
      var content: [UInt8] = []
      ActionEventEncoder.content(map, definitions.actions.templates[index], definitions.bundle, &content)
      self.content = content
      let isFlow = map.action.mediaType == .architectFlow && map.action.flowID != nil
      inputs = isFlow ? map.action.flowInputs.map(FlowInputEncoder.init) : []
    }
  }

  package init(definitions: CompiledBundle, snapshots: SnapshotEncoder) {
    self.snapshots = snapshots
    maxTriggerAge = definitions.rules.settings.maxTriggerAge
    maps = definitions.actions.maps.enumerated().map { Template($0.offset, $0.element, definitions) }
  }

  /// Appends one event.
  ///
  /// - Returns: its id.
  @discardableResult
  package func encode(
    _ event: ActionEvent, of session: Session, heads: DerivedEventHeads, to bytes: inout [UInt8]
  ) -> DerivedEventID {
    let map = event.map.map { maps[$0] }
    let head = DerivedEventHead(
      session,
      .init(
        kind: ActionEventEncoder.state(event.happening), subject: .action(event.action.id), version: 0,
        time: event.time, cause: event.event), &bytes)
    if case .blocked(let reason) = event.happening {
      head.append(
        of: session, time: event.time, cause: event.event, eventType: "BlockedWebActionOfferEvent",
        member: "blockedWebActionOfferEvent", heads: heads, to: &bytes)
      blocked(event, map, reason, &bytes)
    } else {
      head.append(
        of: session, time: event.time, cause: event.event, eventType: "WebActionEvent",
        member: "webActionEvent", heads: heads, to: &bytes)
      action(event, map, session, &bytes)
    }
    // What another version asks is not why it qualified.
    let because = map.flatMap { $0.version == event.action.version ? $0.because : nil } ?? .gone
    because.append(event.action.because, to: &bytes)
    bytes.append(ASCII.closeBrace)
    return head.id
  }

  private static func state(_ happening: ActionEvent.Happening) -> String {
    switch happening {
    case .qualified(let isOutsideSchedule): isOutsideSchedule ? "qualifiedOutsideSchedule" : "qualified"
    case .offered: "offered"
    case .expired: "expired"
    case .blocked(let reason): reason.word
    case .reported(let state, _): state.word
    }
  }

  private func action(
    _ event: ActionEvent, _ map: Template?, _ session: Session, _ bytes: inout [UInt8]
  ) {
    bytes.append("{\"action\":{\"id\":\"")
    event.action.id.appendText(to: &bytes)
    bytes.append("\",\"state\":\"")
    bytes.append(contentsOf: ActionEventEncoder.state(event.happening).utf8)
    bytes.append("\",\"mediaType\":\"")
    bytes.append(contentsOf: event.action.mediaType.rawValue.utf8)
    bytes.append("\",\"createdDate\":")
    DerivedEventHead.date(event.action.qualified, &bytes)
    bytes.append("},\"actionMap\":")
    reference(event, map, &bytes)
    switch event.happening {
    case .offered, .expired:
      bytes.append(",\"expiresAt\":")
      DerivedEventHead.date(event.time + maxTriggerAge, &bytes)
      if case .offered = event.happening, let map {
        bytes.append(all: map.content)
        inputs(map.inputs, session, &bytes)
      }
    case .reported(let state, let report):
      if let code = report.errorCode {
        bytes.append(",\"errorCode\":")
        JSONText.append(code, to: &bytes)
      }
      if let message = report.errorMessage {
        bytes.append(",\"errorMessage\":")
        JSONText.append(message, to: &bytes)
      }
      if state.isTerminal(of: event.action.mediaType), let offered = event.action.offered {
        bytes.append(",\"timeToDisposition\":")
        JSONText.append(Int(max(event.time.milliseconds - offered.milliseconds, 0)), to: &bytes)
      }
    case .qualified, .blocked: break
    }
    DerivedEventHead.facts(of: session, facts, to: &bytes)
    bytes.append(ASCII.closeBrace)
  }

  private static let facts: [(field: EventField, name: StaticString)] = [
    (.browser, "browser"), (.device, "device"), (.geolocation, "geolocation"),
  ]

  private func reference(_ event: ActionEvent, _ map: Template?, _ bytes: inout [UInt8]) {
    if let map { return bytes.append(all: map.reference) }
    DerivedEventHead.reference(
      "actionmaps", id: event.action.map, displayName: nil, version: event.action.version, to: &bytes)
  }

  private static func target(_ map: ActionMap, _ target: ActionTarget?, _ bytes: inout [UInt8]) {
    guard let id = map.action.targetID else { return }
    bytes.append(",\"actionTarget\":{\"id\":")
    JSONText.append(id, to: &bytes)
    bytes.append(",\"selfUri\":")
    JSONText.append("/api/v2/journey/actiontargets/\(id)", to: &bytes)
    if let name = target?.name {
      bytes.append(",\"displayName\":")
      JSONText.append(name, to: &bytes)
    }
    bytes.append(ASCII.closeBrace)
  }

  // MARK: - What is offered

  private static func content(
    _ map: ActionMap, _ template: ActionTemplate?, _ bundle: DefinitionBundle, _ bytes: inout [UInt8]
  ) {
    let mediaType = map.action.mediaType
    if mediaType == .contentOffer, let id = map.action.templateID {
      bytes.append(",\"actionTemplate\":{\"id\":")
      JSONText.append(id, to: &bytes)
      if let template {
        bytes.append(",\"name\":")
        JSONText.append(template.name, to: &bytes)
        bytes.append(",\"version\":")
        JSONText.append(template.version, to: &bytes)
        if let offer = bundle.entries.first(where: { $0.definition == .actionTemplate(template) })?
          .canonical["contentOffer"]
        {
          bytes.append(",\"contentOffer\":")
          offer.appendJSON(to: &bytes)
        }
      }
      bytes.append(ASCII.closeBrace)
    }
    if mediaType == .webMessagingOffer, let text = map.action.offerText {
      bytes.append(",\"offerText\":")
      JSONText.append(text, to: &bytes)
    }
    if mediaType == .webMessagingOffer || mediaType == .architectFlow, let flow = map.action.flowID {
      bytes.append(",\"architectFlow\":{\"id\":")
      JSONText.append(flow, to: &bytes)
      bytes.append(",\"selfUri\":")
      JSONText.append("/api/v2/flows/\(flow)", to: &bytes)
      bytes.append(ASCII.closeBrace)
    }
    if mediaType == .openAction, let open = map.action.openAction {
      bytes.append(",\"openAction\":{\"id\":")
      JSONText.append(open.id, to: &bytes)
      if let name = open.name {
        bytes.append(",\"name\":")
        JSONText.append(name, to: &bytes)
      }
      bytes.append("},\"configurationFields\":")
      open.configurationFields.appendJSON(to: &bytes)
    }
    if mediaType == .webchat, let properties = map.action.webchatProperties {
      bytes.append(",\"props\":")
      properties.appendJSON(to: &bytes)
    }
  }

  /// The flow's inputs, resolved: `null` where the session has nothing there, or nothing of the type.
  ///
  /// Texts beyond `maxInputBytes` in all are left out, `null` with `"omitted":true`: a trigger must fit its
  /// topic.
  private func inputs(_ inputs: [FlowInputEncoder], _ session: Session, _ bytes: inout [UInt8]) {
    guard !inputs.isEmpty else { return }
    // Made for the first path that needs it: most ask for nothing but who it is.
    var document: DefinitionValue??
    bytes.append(",\"flowInputs\":[")
    var left = ActionEventEncoder.maxInputBytes
    for index in inputs.indices {
      if index > 0 { bytes.append(ASCII.comma) }
      inputs[index].append(of: session, left: &left, to: &bytes) {
        if document == nil { document = .some(snapshot(session)) }
        return document ?? nil
      }
    }
    bytes.append(ASCII.closeBracket)
  }

  /// Most bytes of one trigger's inputs, as JSON; `topics plan` leaves room for them.
  static let maxInputBytes = 196_608

  private func snapshot(_ session: Session) -> DefinitionValue? {
    var bytes: [UInt8] = []
    snapshots.encode(session, to: &bytes)
    return try? DefinitionJSON.read(bytes, limits: SessionLookup.limits)
  }

  // MARK: - What is blocked

  private func blocked(
    _ event: ActionEvent, _ map: Template?, _ reason: BlockingReason, _ bytes: inout [UInt8]
  ) {
    bytes.append("{\"action\":{\"id\":\"")
    event.action.id.appendText(to: &bytes)
    bytes.append("\",\"mediaType\":\"")
    bytes.append(contentsOf: event.action.mediaType.rawValue.utf8)
    bytes.append("\"},\"actionMap\":")
    reference(event, map, &bytes)
    bytes.append(",\"blockingReason\":\"")
    bytes.append(contentsOf: reason.word.utf8)
    bytes.append(ASCII.quote)
    switch reason {
    case .triggerDateInFuture, .controlGroup: break
    case .pageURLConditionsNotMatching(let conditions):
      bytes.append(",\"blockingPageUrlConditions\":[")
      for (index, condition) in conditions.enumerated() {
        if index > 0 { bytes.append(ASCII.comma) }
        bytes.append("{\"values\":[")
        for (index, value) in condition.values.enumerated() {
          if index > 0 { bytes.append(ASCII.comma) }
          JSONText.append(value, to: &bytes)
        }
        bytes.append("],\"operator\":\"")
        bytes.append(contentsOf: condition.operator.rawValue.utf8)
        bytes.append("\"}")
      }
      bytes.append(ASCII.closeBracket)
    case .offeredOutsideSchedule(let scheduleGroup, let emergencyGroup):
      group("blockingScheduleGroup", scheduleGroup, &bytes)
      group("blockingEmergencyScheduleGroup", emergencyGroup, &bytes)
    case .frequencyCapping(let behaviour, let blocker):
      if let blocker { self.blocker(blocker, &bytes) }
      bytes.append(",\"blockingFrequencyCapBehaviour\":\"")
      bytes.append(contentsOf: behaviour.rawValue.utf8)
      bytes.append(ASCII.quote)
    case .alreadyExistingOffer(let blocker), .multipleSimultaneousOffers(let blocker):
      self.blocker(blocker, &bytes)
    }
    bytes.append(ASCII.closeBrace)
  }

  private func group(_ name: StaticString, _ id: String?, _ bytes: inout [UInt8]) {
    guard let id else { return }
    bytes.append(",\"")
    bytes.append(name)
    bytes.append("\":{\"id\":")
    JSONText.append(id, to: &bytes)
    bytes.append(ASCII.closeBrace)
  }

  private func blocker(_ blocker: BlockingReason.Blocker, _ bytes: inout [UInt8]) {
    bytes.append(",\"blockingActionMap\":{\"id\":")
    JSONText.append(blocker.map, to: &bytes)
    bytes.append(",\"selfUri\":")
    JSONText.append("/api/v2/journey/actionmaps/\(blocker.map)", to: &bytes)
    bytes.append("},\"blockingAction\":{\"id\":\"")
    blocker.action.appendText(to: &bytes)
    bytes.append("\"}")
  }
}
