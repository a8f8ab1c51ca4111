extension ActionMap.Action {
  /// Reads `action` of a map.
  init(_ map: MemberReader) {
    self.init(mediaType: .webMessagingOffer)
    guard let reader = map.object("action") else {
      if !map.has("action") { map.error("action", nil, "an object with a mediaType") }
      return
    }
    let media = reader.requiredChoice("mediaType", MediaType.self)
    mediaType = media ?? .webMessagingOffer
    targetID = reader.identifier("actionTargetId")
    isPacingEnabled = reader.flag("isPacingEnabled") ?? true
    templateID = reader.reference("actionTemplate")
    if let fields = reader.object("architectFlowFields") {
      flowID = ActionMap.Action.flow(fields)
      let inputs = fields.objects(
        "flowRequestMappings", atMost: fields.limits.maxReferences, "maxReferences")
      flowInputs = inputs.compactMap { ActionMap.FlowInput($0) }
      ActionMap.Action.refuseRepetition(flowInputs.map(\.name), inputs)
      if flowID == nil, !fields.has("architectFlow") {
        fields.error("architectFlow", nil, "an object with the id of a flow")
      }
      fields.finish()
    }
    if let fields = reader.object("webMessagingOfferFields") {
      offerText = fields.freeText("offerText")
      if media == .webMessagingOffer {
        flowID = ActionMap.Action.flow(fields)
      } else {
        fields.ignore("architectFlow")
      }
      fields.finish()
    }
    if let fields = reader.object("openActionFields") {
      openAction = ActionMap.OpenAction(fields)
      fields.finish()
    }
    if let properties = reader.object("props") {
      ActionMap.Action.checkWebchat(properties)
      webchatProperties = reader.value("props")?.sorted
    }
    if let media { ActionMap.Action.checkFields(media, reader) }
    reader.finish()
  }

  private static func flow(_ fields: MemberReader) -> String? { fields.reference("architectFlow") }

  private static func refuseRepetition(_ names: [String], _ readers: [MemberReader]) {
    guard names.count == readers.count else { return }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      readers[index].error("name", .string(name), "a name of its own: another input has it")
    }
  }

  /// The fields that a media type needs, and those that it has no use for.
  private static func checkFields(_ media: MediaType, _ reader: MemberReader) {
    let needed: String?
    switch media {
    case .contentOffer: needed = "actionTemplate"
    case .architectFlow: needed = "architectFlowFields"
    case .openAction: needed = "openActionFields"
    case .webchat, .webMessagingOffer, .integrationAction: needed = nil
    }
    if let needed, !reader.has(needed) {
      reader.error(needed, nil, "an object, because mediaType is \(media.rawValue)")
    }
    let owners: [(String, MediaType)] = [
      ("actionTemplate", .contentOffer), ("architectFlowFields", .architectFlow),
      ("webMessagingOfferFields", .webMessagingOffer), ("openActionFields", .openAction), ("props", .webchat),
    ]
    for (name, owner) in owners where owner != media && reader.has(name) {
      reader.warn(name, reader.value(name), "none, because mediaType is \(media.rawValue): it is not heeded")
    }
  }

  private static func checkWebchat(_ reader: MemberReader) {
    for name in ["webchatPrompt", "webchatTitleText", "webchatAcceptText", "webchatDeclineText"] {
      _ = reader.freeText(name)
    }
    _ = reader.object("webchatSurvey")
    reader.finish()
  }
}

extension ActionMap.FlowInput {
  init?(_ reader: MemberReader) {
    enum Mapping: String, CaseIterable {
      case lookup = "Lookup"
      case hardCoded = "HardCoded"
    }
    let name = reader.requiredText("name")
    let type = reader.requiredChoice("attributeType", AttributeType.self)
    let mapping = reader.requiredChoice("mappingType", Mapping.self)
    let value = reader.freeText("value")
    if value == nil, !reader.has("value") { reader.error("value", nil, "a text") }
    if let value {
      switch mapping {
      case .lookup:
        if !value.hasPrefix("session.") || value.utf8.count == 8 {
          reader.error("value", .string(value), "a path into the session, such as session.id")
        }
      case .hardCoded:
        if let type, let expected = ActionMap.FlowInput.problem(of: value, type) {
          reader.error("value", .string(value), expected)
        }
      case nil: break
      }
    }
    reader.finish()
    guard let type, let mapping, let value else { return nil }
    self.init(
      name: name, type: type, source: mapping == .lookup ? .lookup(path: value) : .hardCoded(text: value))
  }

  private static func problem(of text: String, _ type: AttributeType) -> String? {
    switch type {
    case .string: nil
    case .number: Decimals.isNumber(text) ? nil : "the text of a number, because attributeType is Number"
    case .integer:
      DecimalNumber(text)?.integerText != nil
        ? nil : "the text of a whole number, because attributeType is Integer"
    case .boolean:
      ["true", "false"].contains(text) ? nil : "'true' or 'false', because attributeType is Boolean"
    }
  }
}

extension ActionMap.OpenAction {
  init?(_ reader: MemberReader) {
    var configuration = DefinitionValue.object([])
    if let given = reader.value("configurationFields") {
      if case .object = given {
        configuration = given.sorted
      } else {
        reader.error("configurationFields", given, "an object")
      }
    }
    guard let action = reader.object("openAction") else {
      if !reader.has("openAction") {
        reader.error("openAction", nil, "an object with the id of an open action")
      }
      return nil
    }
    self.init(
      id: action.requiredIdentifier("id"), name: action.text("name"), configurationFields: configuration)
    action.ignore("selfUri")
    action.finish()
  }
}
