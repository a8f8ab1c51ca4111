/// What registers tell each other. Any message may be delivered once, at any time, in any order: the outcome
/// is the same.
package enum RegisterMessage: Sendable, Hashable {
  /// To an identifier's own register: something was said of it.
  case claim(Claim)
  /// To one representative: what it and the other stand for hangs together, by an assertion.
  case union(with: NodeRef, Assertion)
  /// To a smaller representative: a whole cluster, which its sender has given up.
  case adopt(Cluster, revision: Int)
  /// To the root, along parents: something that a cluster's member has learnt, as a cluster of little
  /// content.
  case note(Cluster)
  /// From the root to a member: what its contact is.
  case resolve(Resolution)
  /// From an identifier's register to whoever watches it.
  case resolved(IdentifierKey, Resolution.Answer)
  /// To the lane of a contact's id: which identifier stands for it.
  case alias(ContactID, NodeRef)

  /// A message and where it goes. Of an alias the key is zero: the contact's id says where it belongs.
  package struct Envelope: Sendable, Hashable {
    package var to: NodeRef
    package var message: RegisterMessage

    package init(to: NodeRef, _ message: RegisterMessage) {
      self.to = to
      self.message = message
    }
  }
}
