/// What distinguishes one input stream from the others: names, identity, time, and what its sessions show.
///
/// Code asks for a trait and never for the stream, so a further stream is a further profile. All members are
/// plain constants: what asks for one of them compiles to a comparison. A `String` or an array among them
/// would be made and released at each use.
@frozen
public struct StreamProfile: Sendable {
  // MARK: Names

  /// In topics, configuration and `replay --input`: `web`.
  public let name: StaticString
  /// In definitions, the vendor's spelling: `Web`.
  public let streamType: StaticString
  /// The `eventType` that an envelope states: `WebEvent`.
  public let eventType: StaticString
  /// The envelope's member that holds the event's body: `webEvent`.
  public let bodyMember: StaticString

  // MARK: Identity

  /// The only type of its sessions; `nil` where each event names one.
  public let sessionType: StaticString?
  /// The type of a customer id for which the event gives none.
  public let customerIDType: StaticString
  /// What names a session besides its customer.
  public let externalID: ExternalID
  /// Whether events may come in the form of the conversation detail feed, which has no customer and is placed
  /// by the conversation's id. All others are placed by the customer's id.
  public let hasDetailFeed: Bool

  // MARK: Time

  /// What ends a session.
  public let ending: Ending
  /// Whether `sessions.maxSessionDuration` bounds its sessions.
  public let hasMaxDuration: Bool
  /// Whether its snapshots say from when on the visitor is idle and away.
  public let showsPresence: Bool

  // MARK: Content

  /// The event that counts as a view; `nil` for none.
  public let view: View?
  /// Whether its sessions are conversations: phases, legs, wrap-up codes, queue and agent.
  public let isConversational: Bool
  /// Whether its snapshots list search terms.
  public let listsSearchTerms: Bool
  /// Whether a session of it is the return to the site that actions wait for.
  public let isSiteVisit: Bool
  /// Title and icon of a session's card where its type defines none.
  public let card: Card

  /// What names a session besides its customer.
  @frozen
  public enum ExternalID: UInt8, Sendable {
    case none
    /// The conversation's id.
    case conversationID
    /// An object of the sender's system: a member of the snapshot.
    case object
  }

  /// What ends a session.
  @frozen
  public enum Ending: UInt8, Sendable {
    /// `sessions.webGap` without an event.
    case webGap
    /// `sessions.appGap` without an event.
    case appGap
    /// What its events say; late ones are taken for `sessions.conversationRetention`.
    case events
    /// The timeout of its type without an event; nothing where its type has none.
    case typeTimeout
  }

  /// What a visitor looks at.
  @frozen
  public enum View: UInt8, Sendable {
    case page
    case screen

    /// The event that is a view.
    @inlinable
    public var eventName: StaticString {
      switch self {
      case .page: "page_viewed"
      case .screen: "screen_viewed"
      }
    }

    /// The fact that is the view's title in the journey map.
    @inlinable
    public var title: EventField {
      switch self {
      case .page: .pageTitle
      case .screen: .screenName
      }
    }
  }

  /// What a card is called.
  @frozen
  public enum Card: Sendable {
    /// `text` is both as they stand in a card, written at once: most cards are such.
    case fixed(title: StaticString, icon: StaticString, text: StaticString)
    /// By the conversation's channel and direction.
    case channel
    /// By the session's type.
    case sessionType
  }

  @inlinable
  init(
    name: StaticString, streamType: StaticString, eventType: StaticString, bodyMember: StaticString,
    sessionType: StaticString?,
    customerIDType: StaticString, externalID: ExternalID, hasDetailFeed: Bool, ending: Ending,
    hasMaxDuration: Bool, showsPresence: Bool, view: View?, isConversational: Bool, listsSearchTerms: Bool,
    isSiteVisit: Bool, card: Card
  ) {
    self.name = name
    self.streamType = streamType
    self.eventType = eventType
    self.bodyMember = bodyMember
    self.sessionType = sessionType
    self.customerIDType = customerIDType
    self.externalID = externalID
    self.hasDetailFeed = hasDetailFeed
    self.ending = ending
    self.hasMaxDuration = hasMaxDuration
    self.showsPresence = showsPresence
    self.view = view
    self.isConversational = isConversational
    self.listsSearchTerms = listsSearchTerms
    self.isSiteVisit = isSiteVisit
    self.card = card
  }
}

/// The table. Each member is given for each stream: none has a default that a further stream would take over
/// unnoticed.
extension StreamProfile {
  @inlinable
  static var web: StreamProfile {
    @inline(__always) get {
      StreamProfile(
        name: "web", streamType: "Web", eventType: "WebEvent", bodyMember: "webEvent", sessionType: "web",
        customerIDType: "cookie", externalID: .none, hasDetailFeed: false, ending: .webGap,
        hasMaxDuration: true, showsPresence: true, view: .page, isConversational: false,
        listsSearchTerms: true, isSiteVisit: true,
        card: .fixed(
          title: "Web Visit", icon: "web-visit", text: "\"Web Visit\",\"icon\":\"web-visit\""))
    }
  }

  @inlinable
  static var app: StreamProfile {
    @inline(__always) get {
      StreamProfile(
        name: "app", streamType: "App", eventType: "AppEvent", bodyMember: "appEvent", sessionType: "app",
        customerIDType: "cookie", externalID: .none, hasDetailFeed: false, ending: .appGap,
        hasMaxDuration: true, showsPresence: false, view: .screen, isConversational: false,
        listsSearchTerms: false, isSiteVisit: false,
        card: .fixed(
          title: "App Visit", icon: "app-visit", text: "\"App Visit\",\"icon\":\"app-visit\""))
    }
  }

  @inlinable
  static var conversation: StreamProfile {
    @inline(__always) get {
      StreamProfile(
        name: "conversation", streamType: "Conversation", eventType: "ConversationEvent",
        bodyMember: "conversationEvent", sessionType: "conversation", customerIDType: "externalId",
        externalID: .conversationID, hasDetailFeed: true, ending: .events, hasMaxDuration: false,
        showsPresence: false, view: nil, isConversational: true, listsSearchTerms: false, isSiteVisit: false,
        card: .channel)
    }
  }

  @inlinable
  static var custom: StreamProfile {
    @inline(__always) get {
      StreamProfile(
        name: "custom", streamType: "Custom", eventType: "CustomEvent", bodyMember: "customEvent",
        sessionType: nil, customerIDType: "externalId", externalID: .object, hasDetailFeed: false,
        ending: .typeTimeout, hasMaxDuration: false, showsPresence: false, view: nil,
        isConversational: false, listsSearchTerms: false, isSiteVisit: false, card: .sessionType)
    }
  }
}
