/// What somebody decides about persons over HTTP, at `POST /v1/contacts/OPERATION`.
enum DecisionOperation: String, CaseIterable, Sendable {
  case put, claim, release, separate, merge, verify, segments, link, unlink, erase

  private static let prefix = "/v1/contacts/"
  /// The path with a name for its variable part.
  static let template = prefix + "{operation}"

  init?(path: String) {
    guard path.hasPrefix(DecisionOperation.prefix) else { return nil }
    self.init(rawValue: String(path.dropFirst(DecisionOperation.prefix.count)))
  }

  /// What a token has to grant.
  var permission: String {
    switch self {
    case .put, .verify: "externalContacts:contact:edit"
    case .claim, .release, .separate: "externalContacts:identifier:edit"
    case .merge: "externalContacts:contact:merge"
    case .segments: "externalContacts:segmentAssignment:edit"
    case .link, .unlink: "externalContacts:conversation:edit"
    case .erase: "externalContacts:contact:delete"
    }
  }
}
