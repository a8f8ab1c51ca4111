internal import Bytes
internal import JourneyModel

/// What is added to the events of visitors and users: rules compare parts of a page's URL, the device, where
/// the visitor came from, and clients send a URL, a user agent and an address.
struct Enrichment {
  let source: IntakeSource
  let request: IntakeRequest
  let edge: any EdgeFacts

  private var tracking: TrackingSettings { source.tracking }
  /// Whether address and user agent of the request are the customer's own.
  private var isDirect: Bool { source.kind != .server }

  /// Adds everything.
  ///
  /// - Parameter hints: client hints that came within the event.
  func apply(to event: inout EventText, hints: [String: String] = [:]) {
    let page = addPage(to: &event)
    addReferrer(to: &event, page: page)
    addAgent(to: &event, hints: hints)
    addAddress(to: &event)
  }

  // MARK: Pages

  /// What the other facts are compared with.
  private struct Page {
    var domain: [UInt8]
    var parameters: [PageAddress.Parameter]
  }

  private func addPage(to event: inout EventText) -> Page? {
    for value in event.facts("page") where value.kind == .object {
      guard let object = JSONObject(event.object.bytes, value.range) else { continue }
      redact(object.all("url"), of: object, in: &event)
      for query in object.all("queryString") where query.kind == .string {
        let text = JSONObject.text(of: query, in: object.bytes)
        let kept = PageAddress.withoutParameters(text, tracking.excludedQueryParameters)
        if kept.count < text.count { event.replace(query, json: ObjectWriter.quoted(kept)) }
      }
    }
    guard let object = event.nested("page"), let url = object.text("url"), var address = PageAddress(url)
    else { return nil }
    let page = Page(domain: domain(of: address.hostname), parameters: address.parameters)
    address.redact(tracking)
    event.complete("page", parts(of: address, domain: page.domain))
    if event.text("searchQuery") == nil,
      let query = search(in: page.parameters)
    {
      event.setDefault("searchQuery", json: ObjectWriter.quoted(query))
    }
    return page
  }

  /// Takes out of URLs what the source does not want; leaves one alone that has nothing of it.
  private func redact(_ urls: [JSONValue], of object: JSONObject, in event: inout EventText) {
    for url in urls where url.kind == .string {
      let text = JSONObject.text(of: url, in: object.bytes)
      // Most URLs have nothing that could be taken out.
      let mayHaveSome = !tracking.excludedQueryParameters.isEmpty || text.contains(UInt8(ascii: "#"))
      guard mayHaveSome, var address = PageAddress(text) else { continue }
      let before = address.url
      address.redact(tracking)
      if address.url != before { event.replace(url, json: ObjectWriter.quoted(address.url)) }
    }
  }

  /// What was searched for: by the first of the source's parameters that there is.
  private func search(in parameters: [PageAddress.Parameter]) -> [UInt8]? {
    for name in tracking.searchQueryParameters {
      if let found = parameters.first(where: { $0.name.elementsEqual(name.utf8) }) { return found.value }
    }
    return nil
  }

  private func parts(of address: PageAddress, domain: [UInt8]) -> ObjectWriter {
    var members = ObjectWriter()
    members.add("domain", text: domain)
    members.add("hostname", text: address.hostname)
    members.add("pathname", text: address.pathname)
    members.add("queryString", text: address.queryString)
    members.add("fragment", text: address.fragment)
    return members
  }

  /// The site's own name for a host, or what somebody registered; the host itself where neither is known.
  private func domain(of hostname: [UInt8]) -> [UInt8] {
    for domain in tracking.domains {
      let own = domain.utf8.map { ASCII.lowercased($0) }
      if hostname == own || hostname.suffix(own.count + 1).elementsEqual([ASCII.point] + own) { return own }
    }
    return edge.registrableDomain(of: String(decoding: hostname, as: UTF8.self)).map { Array($0.utf8) }
      ?? hostname
  }

  // MARK: Where the visitor came from

  private func addReferrer(to event: inout EventText, page: Page?) {
    redact(event.facts("referrerUrl"), of: event.object, in: &event)
    for value in event.facts("referrer") where value.kind == .object {
      guard let object = JSONObject(event.object.bytes, value.range) else { continue }
      redact(object.all("url"), of: object, in: &event)
    }
    guard let url = event.nested("referrer")?.text("url") ?? event.text("referrerUrl"), !url.isEmpty,
      var referrer = PageAddress(url)
    else { return }
    referrer.redact(tracking)
    var members = ObjectWriter()
    members.add("url", text: referrer.url)
    let domain = domain(of: referrer.hostname)
    members.add(parts(of: referrer, domain: domain))
    let site = ReferrerMedium.site(of: referrer.hostname)
    members.add("name", text: site?.name)
    let medium: ReferrerMedium
    if let page, page.domain == domain {
      medium = .internal
    } else if let page, ReferrerMedium.isPaid(page.parameters) {
      medium = .paid
    } else {
      medium = site?.medium ?? .unknown
    }
    members.add("medium", text: medium.rawValue)
    event.complete("referrer", members)
  }

  // MARK: Browser and device

  private func addAgent(to event: inout EventText, hints: [String: String]) {
    let own = event.text("userAgentString").map { String(decoding: $0, as: UTF8.self) }
    let agent = own ?? (isDirect ? request.userAgent : nil)
    let known = hints.merging(isDirect ? request.clientHints : [:]) { own, _ in own }
    if own == nil, let agent, !agent.isEmpty {
      event.setDefault("userAgentString", json: ObjectWriter.quoted(Array(agent.utf8)))
    }
    var browser = ObjectWriter()
    if agent != nil || !known.isEmpty, let facts = edge.agent(agent, hints: known) {
      browser.add("family", text: facts.browserFamily)
      browser.add("version", text: facts.browserVersion)
      var device = ObjectWriter()
      device.add("category", text: facts.deviceCategory)
      device.add("type", text: facts.deviceType)
      device.add("isMobile", flag: facts.isMobile)
      device.add("osFamily", text: facts.osFamily)
      device.add("osVersion", text: facts.osVersion)
      device.add("manufacturer", text: facts.manufacturer)
      event.complete("device", device)
    }
    if source.kind == .browser { browser.add("lang", text: language) }
    event.complete("browser", browser)
  }

  /// The first language that the browser asks for.
  private var language: [UInt8]? {
    guard let field = request.acceptLanguage else { return nil }
    let first = field.utf8.prefix { $0 != ASCII.comma && $0 != ASCII.semicolon }.filter { $0 > ASCII.space }
    return first.isEmpty || first == [UInt8(ascii: "*")] ? nil : Array(first)
  }

  // MARK: Addresses

  private func addAddress(to event: inout EventText) {
    let own = event.text("ipAddress").map { String(decoding: $0, as: UTF8.self) }
    let address = isDirect ? request.clientAddress ?? own : own
    if tracking.anonymizeIp {
      for value in event.facts("ipAddress") where value.kind == .string {
        let text = String(decoding: JSONObject.text(of: value, in: event.object.bytes), as: UTF8.self)
        event.replace(value, json: ObjectWriter.quoted(stored(text)))
      }
    }
    if isDirect, let client = request.clientAddress {
      event.setFinal("ipAddress", json: ObjectWriter.quoted(stored(client)))
    }
    guard let address, let place = edge.place(of: address) else { return }
    addPlace(place, to: &event)
  }

  /// An address as it may be stored; of what is no address nothing, if addresses lose a part.
  private func stored(_ address: String) -> [UInt8] {
    guard tracking.anonymizeIp else { return Array(address.utf8) }
    return NetworkAddress(address).map { Array($0.anonymized.text.utf8) } ?? []
  }

  private func addPlace(_ place: PlaceFacts, to event: inout EventText) {
    if let organization = place.organization, event.text("ipOrganization") == nil {
      event.setDefault("ipOrganization", json: ObjectWriter.quoted(Array(organization.utf8)))
    }
    // What the client knows of its place is not mixed with what the address says.
    guard event.nested("geolocation") == nil else { return }
    var members = ObjectWriter()
    members.add("country", text: place.country)
    members.add("countryName", text: place.countryName)
    members.add("region", text: place.region)
    members.add("regionName", text: place.regionName)
    members.add("locality", text: place.locality)
    members.add("postalCode", text: place.postalCode)
    for (name, degrees) in [("latitude", place.latitude), ("longitude", place.longitude)] {
      guard let degrees, let number = JSONObject.number(degrees) else { continue }
      members.add(name, json: number)
    }
    members.add("timezone", text: place.timezone)
    guard !members.isEmpty else { return }
    members.add("source", text: "ip")
    event.complete("geolocation", members)
  }
}
