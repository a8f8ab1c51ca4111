import Edge
import Intake

/// What installed libraries know, for whoever reads bodies.
struct IntakeTables: EdgeFacts {
  private let libraries: EdgeLibraries
  /// What is known of a domain without a list.
  private let rule = NoEdge()

  /// Loads what is installed; what is not stays unknown.
  init() throws {
    libraries = try EdgeLibraries()
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
