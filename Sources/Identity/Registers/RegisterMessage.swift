/// What registers tell each other. Any message may be delivered once, at any time, in any order: the outcome
/// is the same.
package indirect enum RegisterMessage: Sendable, Hashable {
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
  case alias(Alias)
  /// To the lane of a contact's id, to an identifier's register, and on to the root: what somebody decided.
  case command(Command)
  /// From the root to a member's register and its devices, and from there to who watches it: it is gone.
  case forget(Forgetting)
  /// To an identifier's register and on to the root: may somebody act?
  case grantAsked(GrantRequest)
  /// From the root to who asked.
  case grantAnswered(GrantAnswer)
  /// To a session: somebody has decided whose it is.
  case linked(SessionLink)

  /// A message and where it goes. Of what goes to the lane of a contact's id the key is `none`: the message
  /// says which id.
  package struct Envelope: Sendable, Hashable {
    package var to: NodeRef
    package var message: RegisterMessage

    package init(to: NodeRef, _ message: RegisterMessage) {
      self.to = to
      self.message = message
    }
  }
}
