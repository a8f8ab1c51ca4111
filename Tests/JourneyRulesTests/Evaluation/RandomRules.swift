import JourneyModel
import JourneyRules
import SeededGenerator

/// Random sessions and random rules over one small vocabulary, so that they meet often.
struct RandomRules {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// What values an event can have for the leaves of its members.
  private static let texts: [String: [String]] = [
    "page.url": [
      "https://bank.example/loans", "https://bank.example/Loans?id=1", "https://shop.example/cart",
    ],
    "page.title": [
      "Loan calculator", "LOAN CALCULATOR", "First-time buyer", "Über uns", "über UNS", "Покупка \"A\"",
      "a\\b",
    ],
    "page.hostname": ["bank.example", "shop.example"],
    "page.keywords": ["loan, house", "cart", ""],
    "page.breadcrumb": ["Home", "Loans", "loans", "Cart"],
    "searchQuery": ["mortgage", "Mortgage rate", "bike"],
    "referrer.url": ["https://search.example/?q=loan", "https://mail.example"],
    "referrer.medium": ["search", "email"],
    "browser.family": ["Chrome", "chrome", "Firefox"],
    "browser.version": ["106", "106.0.5249", "99", "beta"],
    "device.category": ["desktop", "mobile", "Mobile"],
    "geolocation.country": ["CA", "GB", "ca"],
    "geolocation.latitude": ["51.5", "-0.12", "1e2"],
    "mktCampaign.source": ["newsletter", "Ads"],
    "ipOrganization": ["Example AG", "EXAMPLE ag", "Ακμή"],
    "authenticated": ["true", "false"],
    "screenName": ["Home", "home", "Cart"],
    "app.name": ["Bank", "bank", "Shop"],
    "app.version": ["1.2.0", "2"],
    "queue.id": ["q-1", "q-2"],
    "queue.name": ["Loans", "loans", "Support"],
    "user.id": ["u-1", "u-2"],
    "userDisposition.code": ["Complaint", "complaint", "Sale"],
    "userDisposition.notes": ["angry", "very ANGRY", ""],
    "disconnectType": ["Peer", "Client", "Transfer"],
    "acdOutcome": ["Answered", "Abandon"],
    "channels.type": ["Voice", "Message", "voice"],
    "channels.messageType": ["Sms", "WhatsApp"],
    "originatingDirection": ["Inbound", "Outbound"],
    "conversationSubject": ["Loan", "my loan", "Bike"],
    "divisionIds": ["d-1", "d-2"],
    "attributes.price.value": ["10", "10.0", "9.99", "-3", "1e1", "abc", "", "100000000000000000000.5"],
    "attributes.plan.value": ["gold", "Gold", "silver"],
    "attributes.vip.value": ["true", "false"],
    "attributes.odd.name.value": ["x", "Ÿ"],
  ]

  /// The leaves that events of a stream have.
  private static let leaves: [JourneyModel.Stream: [String]] = [
    .web: [
      "page.url", "page.title", "page.hostname", "page.keywords", "page.breadcrumb", "searchQuery",
      "referrer.url", "referrer.medium", "browser.family", "browser.version", "device.category",
      "geolocation.country", "geolocation.latitude", "mktCampaign.source", "ipOrganization", "authenticated",
    ] + attributes,
    .app: [
      "screenName", "app.name", "app.version", "device.category", "geolocation.country", "ipOrganization",
      "mktCampaign.source",
    ] + attributes,
    .conversation: [
      "queue.id", "queue.name", "user.id", "userDisposition.code", "userDisposition.notes", "disconnectType",
      "acdOutcome", "channels.type", "channels.messageType", "originatingDirection", "conversationSubject",
      "divisionIds", "authenticated",
    ] + attributes,
    .custom: attributes,
  ]

  private static let attributes = [
    "attributes.price.value", "attributes.plan.value", "attributes.vip.value", "attributes.odd.name.value",
  ]

  /// Keys by which only sessions are asked, and the leaf whose values they have.
  private static let sessionKeys: [JourneyModel.Stream: KeyValuePairs<String, String>] = [
    .web: ["lastPage.title": "page.title", "searchTerms": "searchQuery", "customerIdType": "", "type": ""],
    .app: ["lastScreen": "screenName", "customerId": ""],
    .conversation: [
      "lastConnectedQueue.id": "queue.id", "lastConnectedQueue.name": "queue.name",
      "lastConnectedUser.name": "user.id", "lastUserDisposition.code": "userDisposition.code",
      "lastUserDisconnectType": "disconnectType", "lastAcdOutcome": "acdOutcome",
      "conversationChannels.type": "channels.type", "conversation.id": "", "externalId": "",
    ],
    .custom: ["externalId": "", "type": ""],
  ]

  private static let names: [JourneyModel.Stream: [String]] = [
    .web: ["page_viewed", "form_submitted", "product_added"],
    .app: ["screen_viewed", "Product_Added"],
    .conversation: ["routed", "connected", "ended", "wrapped_up"],
    .custom: ["in_transit", "delivered"],
  ]

  // MARK: Sessions

  /// The events of one session, in order of admission.
  mutating func session(_ stream: JourneyModel.Stream) -> [ModelEvent] {
    (0..<Int(generator.pick(2...9))).map { index in
      ModelEvent(
        id: "Event-\(index)", name: generator.pick(RandomRules.names[stream] ?? []),
        // Some are late, some at the same time.
        time: generator.chance(25) ? generator.pick(0...5) * 1_000 : Int64(index) * 30_000,
        members: members(stream))
    }
  }

  private mutating func members(_ stream: JourneyModel.Stream) -> [ModelValue.Member] {
    var members: [ModelValue.Member] = []
    for leaf in RandomRules.leaves[stream] ?? [] {
      guard generator.chance(45) else { continue }
      if let name = attributeName(leaf) {
        add(name, attribute(generator.pick(RandomRules.texts[leaf] ?? [])), to: "attributes", &members)
        continue
      }
      let parts = leaf.split(separator: ".").map(String.init)
      if parts.count == 1 {
        members.append(ModelValue.Member(name: leaf, value: scalar(leaf)))
      } else {
        add(parts[1], scalar(leaf), to: parts[0], &members)
      }
    }
    return members.map { finished($0) }
  }

  private func attributeName(_ key: String) -> String? {
    key.hasPrefix("attributes.") ? String(key.dropFirst("attributes.".count).dropLast(".value".count)) : nil
  }

  private func add(
    _ name: String, _ value: ModelValue, to object: String, _ members: inout [ModelValue.Member]
  ) {
    guard let index = members.firstIndex(where: { $0.name == object }),
      case .object(var known) = members[index].value
    else {
      return members.append(
        ModelValue.Member(name: object, value: .object([.init(name: name, value: value)])))
    }
    known.append(.init(name: name, value: value))
    members[index].value = .object(known)
  }

  /// In whatever form the decoder takes it.
  private mutating func attribute(_ text: String) -> ModelValue {
    let isNumber = !text.isEmpty && text.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" || $0 == "e" }
    switch generator.pick(0...3) {
    case 0 where isNumber: return .number(text)
    case 0 where text == "true" || text == "false": return .bool(text == "true")
    case 1: return .object([.text("dataType", "string"), .text("value", text)])
    case 2 where isNumber:
      return .object([.text("dataType", "number"), .init(name: "value", value: .number(text))])
    default: return .string(text)
    }
  }

  private mutating func scalar(_ leaf: String) -> ModelValue {
    let text = generator.pick(RandomRules.texts[leaf] ?? [])
    switch leaf {
    case "authenticated": return .bool(text == "true")
    case "geolocation.latitude": return generator.chance(50) ? .number(text) : .string(text)
    case "page.breadcrumb":
      return .array(
        (0..<generator.pick(0...3)).map { _ in .string(generator.pick(RandomRules.texts[leaf] ?? [])) })
    case "divisionIds": return .array([.string(text)])
    case "page.keywords" where generator.chance(20): return .null
    default: return .string(text)
    }
  }

  /// Members that the decoder takes in a certain form only.
  private mutating func finished(_ member: ModelValue.Member) -> ModelValue.Member {
    var member = member
    if case .object(var members) = member.value {
      if member.name == "queue", member.value["id"] == nil { members.append(.text("id", "q-9")) }
      if member.name == "userDisposition", member.value["code"] == nil {
        members.append(.text("code", "None"))
      }
      if generator.chance(20), member.name != "attributes" {
        members.insert(.init(name: "other", value: .object([.text("id", "}\"]{")])), at: 0)
      }
      member.value = .object(members)
    }
    if member.name == "channels" {
      member.value = .array(
        generator.chance(30) ? [member.value, .object([.text("type", "Email")])] : [member.value])
    }
    return member
  }

  // MARK: Rules

  mutating func rule(_ stream: JourneyModel.Stream, sessionType: String) -> Rule {
    var rule = Rule()
    if generator.chance(3) { return rule }
    let shape = generator.pick(0...9)
    if shape < 4 { rule.context = contextPatterns(stream) }
    if shape > 1 {
      for _ in 0..<generator.pick(1...3) { rule.journey.append(pattern(stream, sessionType)) }
      rule.isOrdered = rule.journey.count > 1 && generator.chance(50)
    }
    return rule
  }

  private mutating func contextPatterns(_ stream: JourneyModel.Stream) -> [ContextPattern] {
    (0..<generator.pick(1...2)).map { _ in
      ContextPattern(criteria: (0..<generator.pick(1...2)).map { _ in criterion(stream, isContext: true) })
    }
  }

  private mutating func pattern(_ stream: JourneyModel.Stream, _ sessionType: String) -> JourneyPattern {
    let other = generator.chance(3)
    let patternStream = other ? generator.pick(JourneyModel.Stream.allCases) : stream
    return JourneyPattern(
      criteria: (0..<generator.pick(0...2)).map { _ in criterion(stream, isContext: false) },
      count: generator.chance(60) ? 1 : Int(generator.pick(2...4)), stream: patternStream,
      sessionType: generator.chance(3) ? "delivery" : sessionType,
      eventName: generator.chance(40) ? generator.pick(RandomRules.names[stream] ?? []) : nil)
  }

  private mutating func criterion(_ stream: JourneyModel.Stream, isContext: Bool) -> Criterion {
    var leaf = generator.pick(RandomRules.leaves[stream] ?? [])
    var key = leaf
    if generator.chance(3) {
      // A key of another stream: missing here.
      leaf = generator.pick(RandomRules.leaves[generator.pick(JourneyModel.Stream.allCases)] ?? [])
      key = leaf
    } else if generator.chance(15), let named = RandomRules.sessionKeys[stream] {
      let pair = named[Int(generator.pick(0...Int64(named.count - 1)))]
      (key, leaf) = (pair.key, pair.value)
    } else if generator.chance(5) {
      key = generator.pick(["eventCount", "durationInSeconds", "pageviewCount", "screenviewCount"])
      leaf = "attributes.price.value"
    } else if !isContext, generator.chance(15) {
      key = "eventName"
    }
    let kinds = CriterionOperator.allCases
    var named = generator.pick(kinds)
    // Numbers are compared where there are some.
    let isNumeric =
      key.contains("price") || key.contains("Count") || key.contains("InSeconds") || key == "browser.version"
      || key == "geolocation.latitude"
    if isNumeric, generator.chance(60) { named = generator.pick(kinds.filter(\.isNumeric)) }
    let values = (0..<(generator.chance(60) ? 1 : generator.pick(2...3))).map { _ in
      value(key, leaf, named, stream)
    }
    return Criterion(key: key, values: values, operator: named, shouldIgnoreCase: generator.chance(50))
  }

  private mutating func value(
    _ key: String, _ leaf: String, _ named: CriterionOperator, _ stream: JourneyModel.Stream
  ) -> String {
    if named.isNumeric {
      return generator.pick(["10", "10.00", "9.99", "2", "60", "106", "-1", "1e1", "0.5"])
    }
    var text =
      switch key {
      case "eventName": generator.pick(RandomRules.names[stream] ?? [])
      case "type": generator.pick(["web", "delivery", "Delivery"])
      case "externalId", "conversation.id": generator.pick(["External-1", "external", "other"])
      case "customerId": generator.pick(["Customer-1", "customer", "2"])
      case "customerIdType": generator.pick(["cookie", "Cook", "phone"])
      case "eventCount", "durationInSeconds", "pageviewCount", "screenviewCount":
        generator.pick(["1", "2", "30"])
      default: generator.pick((RandomRules.texts[leaf] ?? []).filter { !$0.isEmpty })
      }
    if generator.chance(12) { text = generator.pick(["zzz", "o", "a"]) }
    if generator.chance(25) { text = generator.chance(50) ? text.lowercased() : text.uppercased() }
    if named != .equal, named != .notEqual, generator.chance(60), text.count > 1 {
      let length = Int(generator.pick(1...Int64(text.count)))
      text = generator.chance(50) ? String(text.prefix(length)) : String(text.suffix(length))
    }
    return text
  }
}
