/// From a root to the lane of a contact's id: which identifier stands for it, or that none does any more.
package struct Alias: Sendable, Hashable {
  package var contact: ContactID
  /// `nil`: the contact is gone.
  package var node: NodeRef?
  package var version: RootVersion

  package init(_ contact: ContactID, _ node: NodeRef?, _ version: RootVersion) {
    self.contact = contact
    self.node = node
    self.version = version
  }
}
