internal import Tokens
internal import Views

extension ViewPermissions {
  /// What somebody may see; everything if nobody has to say who he is.
  init(of access: Access?) {
    guard let access else {
      self = .all
      return
    }
    self = ViewPermissions { access.allows($0) }
    if access.allows("externalContacts:session:view") { insert(.session) }
  }
}
