package import JourneyModel

/// Who sends: what an administrator says of one site, app or server.
package struct IntakeSource: Sendable {
  /// What it is; decides what may be taken from its requests.
  package enum Kind: String, Sendable, CaseIterable {
    /// The visitor's own browser: address and user agent are the visitor's.
    case browser
    /// The customer's own device.
    case app
    /// A machine that speaks for customers: its address says nothing of them.
    case server
  }

  /// Its name, in headers and in the ids that are made of it.
  package var id: String
  package var kind: Kind
  /// Where it may write.
  package var streams: Set<JourneyModel.Stream>
  /// The type of custom sessions whose events name none.
  package var sessionType: String?
  /// The name of custom events that have none.
  package var defaultEventName: String?
  package var tracking: TrackingSettings
  /// The `customerIdType` of a customer who is known by the sender's own user id only.
  package var userIdType: String

  /// Creates a source. Without streams a kind has its own: a browser web, an app app, a server all.
  package init(
    id: String, kind: Kind, streams: Set<JourneyModel.Stream>? = nil, sessionType: String? = nil,
    defaultEventName: String? = nil, tracking: TrackingSettings = TrackingSettings(),
    userIdType: String = "userId"
  ) {
    self.id = id
    self.kind = kind
    self.streams = streams ?? IntakeSource.streams(of: kind)
    self.sessionType = sessionType
    self.defaultEventName = defaultEventName
    self.tracking = tracking
    self.userIdType = userIdType
  }

  private static func streams(of kind: Kind) -> Set<JourneyModel.Stream> {
    switch kind {
    case .browser: [.web]
    case .app: [.app]
    case .server: Set(JourneyModel.Stream.allCases)
    }
  }
}

/// What is taken from, and kept out of, the pages of a source.
package struct TrackingSettings: Sendable, Hashable {
  /// Query parameters that hold what a visitor searched for; the first that a page's URL has counts.
  package var searchQueryParameters: [String] = []
  /// Query parameters that are taken out of every URL before it is stored.
  package var excludedQueryParameters: [String] = []
  /// Whether what is behind the `#` of a URL is kept.
  package var shouldKeepUrlFragment = false
  /// Domains of the site, where the registrable domain is not what counts: `shop.example.co.uk`.
  package var domains: [String] = []
  /// Whether addresses lose what tells households apart: an IPv4 address its last byte, an IPv6 address all
  /// behind the first 48 bits.
  package var anonymizeIp = false
  /// Whether the events of a visitor who asks not to be tracked are dropped.
  package var honorPrivacySignal = false

  /// Settings that take nothing.
  package init() {}
}
