internal import JourneyModel

extension SessionTypeDefinition {
  /// Longest text that a card shows: it is in every snapshot.
  static let maxNameBytes = 255
  /// Longest inactivity: ten years.
  static let maxTimeoutSeconds = 315_360_000

  init(_ reader: MemberReader, _ head: DefinitionHead) {
    let type = reader.text("type", maxBytes: 255) ?? head.id
    if !SessionTypeDefinition.isName(type), !type.isEmpty {
      reader.error("type", .string(type), "letters, digits, '_', '-' and '.'")
    }
    let predefined = Stream.allCases.first { $0.predefinedSessionType == type }
    self.init(
      id: head.id, version: head.version, isActive: reader.flag("isActive") ?? true, type: type,
      stream: predefined ?? .custom,
      cardTitle: reader.text("cardTitle", maxBytes: SessionTypeDefinition.maxNameBytes),
      icon: reader.text("icon", maxBytes: SessionTypeDefinition.maxNameBytes),
      timeoutInSeconds: reader.integer("timeoutInSeconds", in: 1...SessionTypeDefinition.maxTimeoutSeconds))
    if let given = reader.value("streamType") {
      if given != .string(stream.streamType) {
        reader.error("streamType", given, "'\(stream.streamType)', because type is '\(type)'")
      }
    }
    if predefined != nil, reader.has("timeoutInSeconds") {
      reader.error(
        "timeoutInSeconds", reader.value("timeoutInSeconds"),
        "none: sessions of type \(type) end by the configuration (time.*)")
    }
    reader.ignore("displayName", "description")
    if reader.has("attributes") {
      let readers = reader.objects("attributes", atMost: reader.limits.maxReferences, "maxReferences")
      let projections = readers.map { Projection($0) }
      for (index, projection) in projections.enumerated()
      where !projection.name.isEmpty && projections[..<index].contains(where: { $0.name == projection.name })
      {
        readers[index].error("name", .string(projection.name), "a name of its own: another attribute has it")
      }
      attributes = projections
    }
  }

  /// Whether a text can be a session type.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { Letters.isWord($0) || $0 == ASCII.hyphen || $0 == ASCII.point }
  }
}

extension SessionTypeDefinition.Projection {
  init(_ reader: MemberReader) {
    let name = reader.requiredText("name")
    self.init(
      name: name, eventAttribute: reader.text("eventAttribute") ?? name,
      isList: reader.flag("isList") ?? false)
    reader.finish()
  }
}

extension EventTypeDefinition {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    self.init(
      id: head.id, version: head.version, isActive: reader.flag("isActive") ?? true,
      eventName: EventScope.eventName(reader, "eventName") ?? head.id,
      sessionType: reader.text("sessionType", maxBytes: 255), displayName: reader.text("displayName"),
      icon: reader.text("icon", maxBytes: SessionTypeDefinition.maxNameBytes))
    if let type = reader.value("streamType") {
      if case .string(let text) = type, let known = Stream(streamType: text) {
        stream = known
      } else {
        reader.error("streamType", type, EventScope.streamTypes(instead: type))
      }
    }
    if let only = stream?.predefinedSessionType, let sessionType, sessionType != only {
      reader.error(
        "sessionType", .string(sessionType), "'\(only)', the only type of stream \(stream?.streamType ?? "")")
    }
    attributes = reader.objects("attributes", atMost: reader.limits.maxReferences, "maxReferences").map {
      let attribute = Attribute(
        name: $0.requiredText("name"), dataType: $0.choice("dataType", Attribute.DataType.self) ?? .string)
      $0.finish()
      return attribute
    }
    reader.ignore("description")
  }
}
