/// What an action is.
public enum MediaType: String, Sendable, Hashable, CaseIterable {
  /// A chat invitation (withdrawn by the vendor).
  case webchat
  /// An invitation to messaging on a page.
  case webMessagingOffer
  /// Content shown on a page.
  case contentOffer
  /// A call of an integration.
  case integrationAction
  /// The start of an Architect flow.
  case architectFlow
  /// An open action.
  case openAction

  /// Whether it is shown on a page, so that page conditions apply to it.
  public var isShownOnPage: Bool {
    switch self {
    case .webchat, .webMessagingOffer, .contentOffer: true
    case .integrationAction, .architectFlow, .openAction: false
    }
  }
}
