internal import Intake

/// What is at which path.
enum Route: Hashable, Sendable {
  case events
  case customEvents
  case externalEvents(configuration: String)
  case webEvents(deployment: String)
  case appEvents(deployment: String)
  /// What became of an action.
  case actionEvent(deployment: String)
  /// Whether there is something to be shown to a visitor.
  case ping(deployment: String, customer: String)
  case call(SegmentCall)
  case batch
  /// The batch that a page sends when it is left.
  case beacon
  /// What clients say of themselves, which nobody reads.
  case clientMetrics
  case projectSettings(key: String)
  case sourceConfig
  /// The script that pages load; with a hash, one that never changes.
  case snippet(hash: String?)
  /// The description of all of them.
  case description

  init?(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    switch (parts.first, parts.count) {
    case ("v1", 2):
      switch parts[1] {
      case "events": self = .events
      case "batch", "b": self = .batch
      case "m": self = .clientMetrics
      default:
        guard let call = SegmentCall(path: parts[1]) else { return nil }
        self = .call(call)
      }
    case ("v1", 4) where parts[1] == "projects" && parts[3] == "settings" && !parts[2].isEmpty:
      self = .projectSettings(key: parts[2])
    case ("beacon", 3) where parts[1] == "v1" && parts[2] == "batch": self = .beacon
    case ("sourceConfig", 1): self = .sourceConfig
    case ("sourceConfig", 2) where parts[1].isEmpty: self = .sourceConfig
    case ("openapi.json", 1): self = .description
    case (let name?, 1) where name.hasPrefix("sojourn") && name.hasSuffix(".js"):
      let hash = name.dropFirst(7).dropLast(3)
      guard hash.isEmpty || hash.hasPrefix("-") && hash.count > 1 else { return nil }
      self = .snippet(hash: hash.isEmpty ? nil : String(hash.dropFirst()))
    case ("rsaMetrics", 1): self = .clientMetrics
    case ("api", _) where parts.count >= 4 && parts[1] == "v2" && parts[2] == "journey":
      guard let route = Route(journey: parts[3...].map { $0 }) else { return nil }
      self = route
    default: return nil
    }
  }

  /// Paths of the Journey API, behind `/api/v2/journey`.
  private init?(journey parts: [String]) {
    if parts == ["customevents"] {
      self = .customEvents
    } else if parts.count == 3, parts[0] == "deployments", !parts[1].isEmpty, parts[2] == "webevents" {
      self = .webEvents(deployment: parts[1])
    } else if parts.count == 3, parts[0] == "deployments", !parts[1].isEmpty, parts[2] == "appevents" {
      self = .appEvents(deployment: parts[1])
    } else if parts.count == 3, parts[0] == "deployments", !parts[1].isEmpty, parts[2] == "actionevent" {
      self = .actionEvent(deployment: parts[1])
    } else if parts.count == 5, parts[0] == "deployments", !parts[1].isEmpty, parts[2] == "customers",
      parts[4] == "ping", let customer = PercentText.decode(path: parts[3].utf8), !customer.isEmpty
    {
      self = .ping(deployment: parts[1], customer: customer)
    } else if parts.count == 4, parts[0] == "externalevents", parts[1] == "configurations",
      !parts[2].isEmpty, parts[3] == "events"
    {
      self = .externalEvents(configuration: parts[2])
    } else {
      return nil
    }
  }

  /// The path with names for its variable parts: a label of metrics, and a path of the description.
  var template: String {
    switch self {
    case .events: "/v1/events"
    case .customEvents: "/api/v2/journey/customevents"
    case .externalEvents: "/api/v2/journey/externalevents/configurations/{configurationId}/events"
    case .webEvents: "/api/v2/journey/deployments/{deploymentId}/webevents"
    case .appEvents: "/api/v2/journey/deployments/{deploymentId}/appevents"
    case .actionEvent: "/api/v2/journey/deployments/{deploymentId}/actionevent"
    case .ping: "/api/v2/journey/deployments/{deploymentId}/customers/{customerCookieId}/ping"
    case .call(let call): "/v1/\(call.rawValue)"
    case .batch: "/v1/batch"
    case .beacon: "/beacon/v1/batch"
    case .clientMetrics: "/v1/m"
    case .projectSettings: "/v1/projects/{writeKey}/settings"
    case .sourceConfig: "/sourceConfig"
    case .snippet(let hash): hash == nil ? "/sojourn.js" : "/sojourn-{hash}.js"
    case .description: "/openapi.json"
    }
  }

  /// The methods that it takes.
  var methods: [String] {
    switch self {
    case .projectSettings, .sourceConfig, .snippet, .description, .ping: ["GET", "HEAD"]
    default: ["POST"]
    }
  }

  /// The deployment that names the source.
  var deployment: String? {
    switch self {
    case .webEvents(let deployment), .appEvents(let deployment), .actionEvent(let deployment),
      .ping(let deployment, _):
      deployment
    default: nil
    }
  }

  /// Whether clients may put their write key into the body.
  var mayHaveKeyInBody: Bool {
    switch self {
    case .call, .batch, .beacon: true
    default: false
    }
  }

  /// Whether the view is asked about a body, which blocks.
  var asksView: Bool {
    if case .actionEvent = self { return true }
    return false
  }

  /// What a token has to grant.
  var permission: String {
    if case .externalEvents = self { return "journey:externalEventsEvent:add" }
    return "sojourn:events:add"
  }

  /// Largest body in bytes, where the interface has a limit of its own: the vendors'.
  var maxBodyBytes: Int? {
    switch self {
    case .events: nil
    case .webEvents, .appEvents, .call, .beacon, .clientMetrics: 65_536
    case .actionEvent: 16_384
    case .customEvents, .externalEvents: 1_048_576
    case .batch: 4_194_304
    case .projectSettings, .sourceConfig, .snippet, .description, .ping: 0
    }
  }
}
