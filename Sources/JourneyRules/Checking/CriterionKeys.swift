internal import JourneyModel

/// Which attributes a criterion can name. A rule with an unknown one never holds, which a warning says.
struct CriterionKeys: Sendable {
  private let keys: [String]
  private let place: String

  /// What is wrong with a key; `nil` if it is known.
  func problem(of key: String) -> String? {
    if CriterionKeys.attributeName(key) != nil { return nil }
    // A list that a session's projections make.
    if case .attributeList = FactKey(key, isContext: true)?.root { return nil }
    if keys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) { return nil }
    var expected =
      "an attribute of \(place), attributes.<name>.value or attributeLists.<name>.values: a rule with any other never holds"
    if let nearest = Nearest.candidate(to: key, among: keys) { expected += " (nearest is \(nearest))" }
    return expected
  }

  /// The name in `attributes.<name>.value`; `nil` if the key is none such.
  static func attributeName(_ key: String) -> String? {
    guard key.hasPrefix("attributes."), key.hasSuffix(".value"), key.utf8.count > 17 else { return nil }
    return String(decoding: key.utf8.dropFirst(11).dropLast(6), as: UTF8.self)
  }

  /// Every key there is, by whether it is in a context.
  static var all: [(key: String, isContext: Bool)] {
    context.keys.map { ($0, true) } + anyEvents.keys.map { ($0, false) }
  }

  /// Keys of context criteria: facts of sessions of any type.
  static let context = CriterionKeys(
    keys: visitor + campaign + app + conversation + paths("page", page)
      + ["type", "sessionType", "externalId", "externalUrl", "screenName", "searchQuery"] + ofSessions(.page)
      + ofSessions(.screen),
    place: "sessions")

  /// Keys of criteria on events of a stream; of any stream if it is not known.
  static func events(of stream: Stream?) -> CriterionKeys {
    switch stream {
    case .web: web
    case .app: appEvents
    case .conversation: conversationEvents
    case .custom: customEvents
    case nil: anyEvents
    }
  }

  private static let web = CriterionKeys(
    keys: common + paths("page", page) + ["searchQuery"] + visitor + campaign + ofSessions(.page),
    place: "web events")
  private static let appEvents = CriterionKeys(
    keys: common + ["screenName", "searchQuery"] + app + visitor + campaign + ofSessions(.screen),
    place: "app events")
  private static let conversationEvents = CriterionKeys(
    keys: common + conversation + ofSessions(nil), place: "conversation events")
  private static let customEvents = CriterionKeys(
    keys: common + ["externalUrl"] + visitor + campaign + paths("page", page) + ofSessions(nil),
    place: "custom events")
  private static let anyEvents = CriterionKeys(
    keys: Stream.allCases.flatMap { events(of: $0).keys }, place: "events")

  /// What only sessions have: criteria on events ask the session for it, after the event.
  private static func ofSessions(_ view: StreamProfile.View?) -> [String] {
    let counted = ["eventCount", "durationInSeconds", "type"]
    switch view {
    case .page: return counted + ["pageviewCount", "searchTerms"] + paths("lastPage", page)
    case .screen: return counted + ["screenviewCount", "lastScreen"]
    case nil: return counted
    }
  }

  /// The attributes below each one that is an object. What else an event may bring there, no rule can ask
  /// for.
  static let members: [String: Set<String>] = {
    var members: [String: Set<String>] = [:]
    for (key, _) in all {
      let parts = key.split(separator: ".").map(String.init)
      if parts.count == 2 { members[parts[0], default: []].insert(parts[1]) }
    }
    return members
  }()

  private static let common = [
    "eventName", "customerId", "customerIdType", "sessionType", "externalId",
    "externalContact.id",
  ]

  private static let page = [
    "url", "title", "domain", "fragment", "hostname", "keywords", "lang", "pathname", "queryString",
    "breadcrumb",
  ]

  private static let visitor =
    paths(
      "browser",
      [
        "family", "version", "lang", "fingerprint", "viewHeight", "viewWidth", "featuresFlash",
        "featuresJava",
        "featuresPdf", "featuresWebrtc", "isMobile",
      ])
    + paths(
      "device",
      [
        "category", "type", "isMobile", "screenHeight", "screenWidth", "screenDensity", "fingerprint",
        "osFamily",
        "osVersion", "manufacturer",
      ])
    + paths(
      "geolocation",
      [
        "country", "countryName", "latitude", "longitude", "locality", "postalCode", "region", "regionName",
        "source", "timezone",
      ])
    + ["authenticated", "userAgentString", "ipAddress", "ipOrganization", "customerId", "customerIdType"]

  private static let campaign =
    paths("mktCampaign", ["source", "medium", "name", "term", "content", "clickId", "network"])
    + paths(
      "referrer",
      ["url", "medium", "hostname", "domain", "keywords", "pathname", "queryString", "fragment", "name"])

  private static let app =
    paths("app", ["name", "namespace", "version", "buildNumber"]) + paths("sdkLibrary", ["name", "version"])
    + paths("networkConnectivity", ["carrier", "bluetoothEnabled", "cellularEnabled", "wifiEnabled"])

  private static let conversation =
    paths("queue", ["id", "name"]) + paths("user", ["id", "name"])
    + paths("userDisposition", ["code", "name", "notes"])
    + paths("lastUserDisposition", ["code", "name", "notes"])
    + paths("lastConnectedQueue", ["id", "name"]) + paths("lastConnectedUser", ["id", "name"])
    + paths("channels", ["type", "messageType", "platform"])
    + paths("conversationChannels", ["type", "messageType", "platform"])
    + paths("journeyContext", ["sessionId", "sessionIdType", "actionId", "actionMapId"])
    + [
      "conversation.id", "conversationId", "originatingDirection", "conversationSubject", "acdOutcome",
      "lastAcdOutcome", "disconnectType", "lastUserDisconnectType", "divisionIds", "externalContact.id",
      "authenticated",
    ]

  private static func paths(_ root: String, _ leaves: [String]) -> [String] { leaves.map { "\(root).\($0)" } }
}
