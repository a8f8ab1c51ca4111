import Intake

/// Libraries that know one answer each.
struct KnownEdge: EdgeFacts {
  func agent(_ userAgent: String?, hints: [String: String]) -> AgentFacts? {
    guard userAgent == "Firefox" || hints["sec-ch-ua-mobile"] == "?1" else { return nil }
    var facts = AgentFacts()
    facts.browserFamily = userAgent
    facts.browserVersion = "133"
    facts.osFamily = "Linux"
    facts.deviceCategory = hints["sec-ch-ua-mobile"] == "?1" ? "mobile" : "desktop"
    facts.isMobile = hints["sec-ch-ua-mobile"] == "?1"
    return facts
  }

  func registrableDomain(of host: String) -> String? {
    host.hasSuffix(".github.io") ? host : NoEdge().registrableDomain(of: host)
  }

  func internationalNumber(_ text: String, region: String?) -> String? {
    region == "DE" && text.hasPrefix("0") ? "+49" + text.dropFirst() : nil
  }

  func place(of address: String) -> PlaceFacts? {
    guard address == "192.0.2.10" else { return nil }
    var place = PlaceFacts()
    place.country = "DE"
    place.locality = "Berlin"
    place.latitude = "52.5"
    place.longitude = "about 13"
    place.organization = "Example Net"
    return place
  }

  static var settings: IntakeSettings {
    var settings = IntakeSettings()
    settings.edge = KnownEdge()
    return settings
  }
}
