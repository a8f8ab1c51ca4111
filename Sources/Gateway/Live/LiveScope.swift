internal import Views

/// Whose sessions somebody follows.
enum LiveScope: Hashable, Sendable {
  case all
  case customer(idType: String, id: String)
  case contact(id: String)
  case session(id: String)

  /// Reads `all`, `customer:TYPE:ID`, `contact:ID` or `session:ID`.
  init?(_ text: String) {
    if text == "all" {
      self = .all
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    switch parts[0] {
    case "session": self = .session(id: parts[1].lowercased())
    case "contact": self = .contact(id: parts[1])
    case "customer":
      let customer = parts[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard customer.count == 2, customer.allSatisfy({ !$0.isEmpty }) else { return nil }
      self = .customer(idType: String(customer[0]), id: String(customer[1]))
    default: return nil
    }
  }

  /// What a token has to grant: all of these lists, of each any.
  var permissions: [[String]] {
    let session = ["journey:session:view", "externalContacts:session:view"]
    let visit = ["journey:visit:view"]
    return switch self {
    case .all, .session: [session, visit]
    case .customer, .contact: [session, visit, ["journey:customer:view"]]
    }
  }

  func has(_ change: SessionChange) -> Bool {
    switch self {
    case .all: true
    case .customer(let idType, let id): change.customerID == id && change.customerIDType == idType
    case .contact(let id): change.contactID == id
    case .session(let id): change.id == id
    }
  }
}
