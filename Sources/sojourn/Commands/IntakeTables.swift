import Edge
import Gateway
import Intake
import Logging
internal import Threads

/// What installed libraries know, for whoever reads bodies.
struct IntakeTables: EdgeFacts {
  let libraries: EdgeLibraries
  /// What is known of a domain without a list.
  private let rule = NoEdge()

  /// Loads what the settings ask for; what need not be there and is not stays unknown.
  init(_ settings: GatewaySettings) throws {
    do throws(EdgeIncomplete) {
      libraries = try EdgeLibraries(settings.edge)
    } catch {
      let key = error.gaps.first?.setting ?? "edge"
      throw settings.problem(
        key, settings.edge.text(of: key),
        "what is there: " + error.gaps.map { "\($0.reason): \($0.remedy)" }.joined(separator: "; "))
    }
  }

  /// What is missing or odd, for the log; waits until that is known.
  var notes: [String] {
    libraries.gaps.map(\.description) + libraries.notes.map { "edge.userAgentRules: \($0)" }
  }

  /// Tells the log, while the start goes on: nothing else of it waits for the rules.
  func tellNotes(_ logger: Logger) {
    Task {
      try await onOwnThread {
        for note in notes { logger.notice("\(note)") }
      }
    }
  }

  /// The families of the page of metrics.
  var metrics: [UInt8] {
    var page = MetricsText()
    page.family(
      "sojourn_edge_missing", .gauge, "1 for each setting that asks for what is not installed; else nothing.")
    for gap in libraries.gaps { page.sample([("setting", gap.setting)], 1) }
    page.family(
      "sojourn_edge_stopped_user_agents_total", .counter, "User agents that a rule was given up for.")
    page.sample(libraries.stoppedUserAgents)
    return page.bytes
  }

  func agent(_ userAgent: String?, hints: [String: String]) -> AgentFacts? {
    guard let userAgent, let found = libraries.userAgent(userAgent) else { return nil }
    var facts = AgentFacts()
    facts.browserFamily = known(found.browserFamily)
    facts.browserVersion = found.browserVersion
    facts.osFamily = known(found.osFamily)
    facts.osVersion = found.osVersion
    facts.deviceCategory = found.category.rawValue
    facts.deviceType = known(found.deviceType)
    facts.manufacturer = found.manufacturer
    facts.isMobile = found.isMobile
    return facts
  }

  private func known(_ name: String) -> String? { name == UserAgentFacts.unknown ? nil : name }

  func registrableDomain(of host: String) -> String? {
    libraries.registrableDomain(host) ?? rule.registrableDomain(of: host)
  }

  func internationalNumber(_ text: String, region: String?) -> String? {
    libraries.e164(text, region: region)
  }

  func place(of address: String) -> Intake.PlaceFacts? {
    guard let found = libraries.place(address) else { return nil }
    var facts = Intake.PlaceFacts()
    (facts.country, facts.countryName) = (found.country, found.countryName)
    (facts.region, facts.regionName) = (found.region, found.regionName)
    (facts.locality, facts.postalCode) = (found.locality, found.postalCode)
    (facts.latitude, facts.longitude) = (found.latitude.map { "\($0)" }, found.longitude.map { "\($0)" })
    (facts.timezone, facts.organization) = (found.timezone, found.organization)
    return facts
  }
}

extension EdgeSettings {
  /// What a key says, for a message about it.
  fileprivate func text(of key: String) -> String? {
    switch key {
    case "edge.userAgents": userAgents.rawValue
    case "edge.domains": domains.rawValue
    case "edge.phones": phones.rawValue
    case "edge.placeDatabases": placeDatabases.joined(separator: ",")
    default: nil
    }
  }
}
