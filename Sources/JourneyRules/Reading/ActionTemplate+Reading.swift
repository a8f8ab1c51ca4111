extension ActionTemplate {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    self.init(
      id: head.id, version: head.version, name: reader.requiredText("name"),
      description: reader.freeText("description"),
      mediaType: reader.choice("mediaType", MediaType.self) ?? .contentOffer,
      state: reader.choice("state", DefinitionState.self) ?? .active,
      contentOffer: reader.object("contentOffer").map { ContentOffer($0) })
    if mediaType == .contentOffer, !reader.has("contentOffer") {
      reader.error("contentOffer", nil, "an object, because mediaType is contentOffer")
    }
  }
}

extension ContentOffer {
  init(_ reader: MemberReader) {
    self.init(
      imageURL: reader.freeText("imageUrl"), imageAltText: reader.freeText("imageAltText"),
      displayMode: reader.choice("displayMode", DisplayMode.self) ?? .modal,
      layoutMode: reader.choice("layoutMode", LayoutMode.self) ?? .textOnly, title: reader.freeText("title"),
      headline: reader.freeText("headline"), body: reader.freeText("body"),
      callToAction: reader.object("callToAction").map { CallToAction($0) }, style: ContentOffer.style(reader))
    reader.finish()
  }

  private enum Alignment: String, CaseIterable {
    case left = "Left"
    case right = "Right"
    case center = "Center"
  }

  /// Checks `style`, which is kept as written: whoever shows the offer understands it.
  private static func style(_ offer: MemberReader) -> DefinitionValue? {
    guard let style = offer.object("style") else { return nil }
    let texts: [(String, [String])] = [
      ("position", ["top", "bottom", "left", "right"]), ("offer", ["padding"]), ("closeButton", []),
      ("ctaButton", ["font", "fontSize"]), ("title", ["font", "fontSize"]),
      ("headline", ["font", "fontSize"]),
      ("body", ["font", "fontSize"]),
    ]
    for (part, names) in texts {
      guard let reader = style.object(part) else { continue }
      for name in names { _ = reader.freeText(name) }
      if part != "position" { _ = Segment.color(reader, "color") }
      if part == "offer" || part == "ctaButton" { _ = Segment.color(reader, "backgroundColor") }
      if part == "closeButton" { _ = reader.decimal("opacity", in: 0...1) }
      if names.contains("font") { _ = reader.choice("textAlign", Alignment.self) }
      reader.finish()
    }
    style.finish()
    return offer.value("style")?.sorted
  }
}

extension ContentOffer.CallToAction {
  init(_ reader: MemberReader) {
    self.init(
      text: reader.freeText("text"), url: reader.freeText("url"),
      target: reader.choice("target", Target.self) ?? .blank)
    reader.finish()
  }
}

extension ActionTarget {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    let types = reader.list("supportedMediaTypes", atMost: MediaType.allCases.count, "one of each")
    self.init(
      id: head.id, version: head.version, name: reader.requiredText("name"),
      description: reader.freeText("description"),
      supportedMediaTypes: types.compactMap { reader.choice($0.0, $0.1, MediaType.self) },
      state: reader.choice("state", DefinitionState.self) ?? .active,
      serviceLevel: reader.object("serviceLevel").map { level in
        let result = ServiceLevel(
          percentage: level.requiredDecimal("percentage", in: 0...1),
          durationMilliseconds: level.integer("durationMs", in: 0...86_400_000) ?? 0)
        if !level.has("durationMs") { level.error("durationMs", nil, "a whole number, 0 to 86400000") }
        level.finish()
        return result
      },
      shortAbandonThreshold: reader.integer("shortAbandonThreshold", in: 0...86_400))
    reader.ignore("userData")
  }
}

extension FrequencyCap {
  init?(_ reader: MemberReader, _ head: DefinitionHead) {
    let media = reader.requiredChoice("mediaType", MediaType.self)
    let period = FrequencyCap.period(reader)
    let finalized = reader.flag("capOnceFinalized") ?? false
    let rejected = reader.flag("capOnceRejected") ?? false
    if finalized, rejected, period != nil {
      reader.warn(
        "capForPeriod", reader.value("capForPeriod"),
        "none, because capOnceFinalized and capOnceRejected are on: it is not heeded")
    }
    if !finalized, !rejected, !reader.has("capForPeriod") {
      reader.findings.report(
        .note, reader.path, nil,
        "capOnceFinalized, capOnceRejected or capForPeriod: without any it caps nothing")
    }
    let isActive = reader.flag("isActive") ?? true
    guard let media else { return nil }
    self.init(
      id: head.id, version: head.version, isActive: isActive, mediaType: media, capsOnceFinalized: finalized,
      capsOnceRejected: rejected, periodMinutes: period)
  }

  /// `HH:MM`, 00:01 to 23:59.
  private static func period(_ reader: MemberReader) -> Int? {
    guard let value = reader.value("capForPeriod") else { return nil }
    guard case .string(let text) = value, let minutes = LocalDateTime.minutes(clock: text),
      (1..<1_440).contains(minutes)
    else {
      reader.error("capForPeriod", value, "hours and minutes from 00:01 to 23:59")
      return nil
    }
    return minutes
  }
}
