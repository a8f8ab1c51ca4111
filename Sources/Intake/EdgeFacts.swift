/// What libraries find out from what a request says: the one thing that this module does not know by itself.
///
/// What they find is written into the event, so that a newer table never changes an event that was taken.
package protocol EdgeFacts: Sendable {
  /// Browser and device, from a user agent and from client hints, whose names are in lower case.
  func agent(_ userAgent: String?, hints: [String: String]) -> AgentFacts?
  /// The part of a host's name that somebody registered: `example.co.uk`; `nil` for addresses and for names
  /// that nobody can register.
  func registrableDomain(of host: String) -> String?
  /// A national phone number in E.164; `nil` if it is none. `region` is an ISO 3166-1 code, where known.
  func internationalNumber(_ text: String, region: String?) -> String?
  /// Where an address is.
  func place(of address: String) -> PlaceFacts?
}

/// What a user agent says; `nil` for what it does not.
package struct AgentFacts: Sendable, Hashable {
  package var browserFamily: String?
  package var browserVersion: String?
  package var osFamily: String?
  package var osVersion: String?
  /// `desktop`, `mobile`, `tablet` or `other`.
  package var deviceCategory: String?
  package var deviceType: String?
  package var manufacturer: String?
  package var isMobile: Bool?

  /// Nothing.
  package init() {}
}

/// Where an address is; `nil` for what is not known.
package struct PlaceFacts: Sendable, Hashable {
  /// ISO 3166-1 alpha-2.
  package var country: String?
  package var countryName: String?
  /// ISO 3166-2.
  package var region: String?
  package var regionName: String?
  package var locality: String?
  package var postalCode: String?
  /// Degrees, as decimal text.
  package var latitude: String?
  package var longitude: String?
  /// IANA name.
  package var timezone: String?
  /// Who runs the network.
  package var organization: String?

  /// Nothing.
  package init() {}
}

/// No libraries: domains by a rule of thumb, the rest unknown.
package struct NoEdge: EdgeFacts {
  package init() {}

  package func agent(_ userAgent: String?, hints: [String: String]) -> AgentFacts? { nil }

  /// The last two labels, or three where the last is a country and the one before it short: `co.uk`.
  package func registrableDomain(of host: String) -> String? {
    guard NetworkAddress(host) == nil else { return nil }
    let labels = host.split(separator: ".")
    guard labels.count >= 2 else { return nil }
    let isShared = labels[labels.count - 1].utf8.count == 2 && labels[labels.count - 2].utf8.count <= 3
    let count = isShared ? 3 : 2
    guard labels.count >= count else { return nil }
    return labels.suffix(count).joined(separator: ".")
  }

  package func internationalNumber(_ text: String, region: String?) -> String? { nil }

  package func place(of address: String) -> PlaceFacts? { nil }
}
