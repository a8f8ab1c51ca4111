internal import Bytes
internal import JourneyModel
internal import WireFormat

/// CloudEvents 1.0 over HTTP: what its attributes say of the event that is its data.
struct CloudEvents {
  let settings: IntakeSettings
  /// The stream that the request names.
  let stream: JourneyModel.Stream?

  private static let required = ["id", "source", "type", "specversion"]

  /// Whether the attributes stand in header fields.
  func isBinary(_ request: IntakeRequest) -> Bool {
    CloudEvents.required.contains { request.cloudEventFields["ce-\($0)"] != nil }
  }

  /// An event whose attributes stand around it.
  func structured(
    _ bytes: [UInt8], _ range: Range<Int>, index: Int, _ drafting: inout EventDrafting
  ) -> Draft {
    // The envelope around an event of the greatest size may be larger than that itself.
    guard range.count <= settings.limits.maxEventBytes * 2, let object = JSONObject(bytes, range) else {
      return drafting.broken(bytes, range, index: index)
    }
    var attributes: [String: [UInt8]] = [:]
    for name in CloudEvents.required + ["time", "subject", "datacontenttype"] {
      guard let value = object[name] else { continue }
      guard value.kind == .string else {
        return drafting.refused(index, object, .missingAttribute, "$.\(name) is not text", "$.\(name)")
      }
      attributes[name] = JSONObject.text(of: value, in: bytes)
    }
    if let draft = problem(attributes, index, object, "$.", drafting) { return draft }
    if object["data_base64"] != nil {
      return drafting.refused(
        index, object, .unsupportedData, "$.data_base64 is binary, expected JSON in $.data", "$.data_base64")
    }
    guard let data = object.members.last(where: { object.bytes[$0.name].elementsEqual("data".utf8) }) else {
      return drafting.refused(index, object, RefusalCode(.emptyPayload), "$.data is missing", "$.data")
    }
    return drafting.draft(
      bytes, data.value.range, index: index, envelope: envelope(attributes, drafting, prefix: "$.data"))
  }

  /// An event whose attributes stand in header fields.
  func binary(_ bytes: [UInt8], _ request: IntakeRequest, _ drafting: inout EventDrafting) -> Draft {
    var attributes: [String: [UInt8]] = [:]
    for (name, value) in request.cloudEventFields where name.hasPrefix("ce-") {
      guard let text = CloudEvents.decoded(value) else {
        return drafting.refused(0, nil, .badHeader, "\(name) is not UTF-8 behind its percent-encoding", name)
      }
      attributes[String(name.dropFirst(3))] = text
    }
    if attributes["datacontenttype"] != nil {
      return drafting.refused(
        0, nil, .badHeader, "ce-datacontenttype is there, expected Content-Type in its place",
        "ce-datacontenttype")
    }
    if let draft = problem(attributes, 0, nil, "ce-", drafting) { return draft }
    return drafting.draft(
      bytes, 0..<bytes.count, index: 0, envelope: envelope(attributes, drafting, prefix: "$"))
  }

  /// What is wrong with the attributes.
  private func problem(
    _ attributes: [String: [UInt8]], _ index: Int, _ object: JSONObject?, _ prefix: String,
    _ drafting: EventDrafting
  ) -> Draft? {
    for name in CloudEvents.required where attributes[name]?.isEmpty ?? true {
      return drafting.refused(
        index, object, .missingAttribute,
        "\(prefix)\(name) is missing, expected text: CloudEvents 1.0 requires it",
        "\(prefix)\(name)")
    }
    let version = attributes["specversion"] ?? []
    guard version.elementsEqual("1.0".utf8) else {
      return drafting.refused(
        index, object, .unsupportedVersion,
        "\(prefix)specversion is '\(String(decoding: version, as: UTF8.self))', expected '1.0'",
        "\(prefix)specversion")
    }
    if let type = attributes["datacontenttype"], !type.isEmpty {
      let form = BodyForm(contentType: String(decoding: type, as: UTF8.self))
      guard form == .json, !type.starts(with: "text/plain".utf8) else {
        return drafting.refused(
          index, object, .unsupportedData,
          "\(prefix)datacontenttype is '\(String(decoding: type, as: UTF8.self))', expected application/json",
          "\(prefix)datacontenttype")
      }
    }
    return nil
  }

  private func envelope(
    _ attributes: [String: [UInt8]], _ drafting: EventDrafting, prefix: String
  ) -> EventDrafting.Envelope {
    var envelope = EventDrafting.Envelope()
    let (id, source) = (attributes["id"] ?? [], attributes["source"] ?? [])
    // An id is unique within its source only.
    let isOwn =
      source.elementsEqual(drafting.source.id.utf8) && id.count <= settings.limits.maxIdentifierBytes
    envelope.id = isOwn ? id : Array(drafting.identity.derived(from: [source, id]).utf8)
    envelope.createdDate = attributes["time"].map { ObjectWriter.quoted($0) }
    envelope.customerID = attributes["subject"]
    envelope.stream = stream(of: attributes["type"] ?? []) ?? stream
    if prefix != "$" {
      for path in ["$.customerId", "$.createdDate", "$.id", "$.sessionType", "$.eventType"] {
        envelope.paths[path] = prefix + path.dropFirst()
      }
    }
    return envelope
  }

  /// `com.example.WebEvent` or `dev.sojourn.event.web.v1`.
  private func stream(of type: [UInt8]) -> JourneyModel.Stream? {
    let name = String(decoding: type, as: UTF8.self)
    return JourneyModel.Stream.allCases.first { stream in
      name == stream.profile.eventType.description || name.hasSuffix(".\(stream.profile.eventType)")
        || name == "dev.sojourn.event.\(stream.name).v1"
    }
  }

  /// A field's value without quotes, then without percent-encoding; `nil` if that is no text.
  static func decoded(_ field: String) -> [UInt8]? {
    var text = Array(field.utf8)
    if text.count >= 2, text.first == ASCII.quote, text.last == ASCII.quote {
      var inside: [UInt8] = []
      var isEscaped = false
      for byte in text[1..<text.count - 1] {
        if byte == ASCII.backslash, !isEscaped {
          isEscaped = true
        } else {
          inside.append(byte)
          isEscaped = false
        }
      }
      text = inside
    }
    var bytes: [UInt8] = []
    var at = 0
    while at < text.count {
      if text[at] == ASCII.percent, at + 2 < text.count, let high = Hex.value(of: text[at + 1]),
        let low = Hex.value(of: text[at + 2])
      {
        bytes.append(high << 4 | low)
        at += 3
      } else {
        bytes.append(text[at])
        at += 1
      }
    }
    return String(validating: bytes, as: UTF8.self) == nil ? nil : bytes
  }
}
