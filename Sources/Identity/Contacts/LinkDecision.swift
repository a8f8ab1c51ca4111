/// What became of an assertion when contacts were formed: one line of an explanation.
package struct LinkDecision: Sendable, Hashable {
  /// What became of it.
  package enum Outcome: Sendable, Hashable {
    /// It joined two groups.
    case joined
    /// Both were in one group already.
    case together
    /// It did not join them.
    case refused(RefusalReason)
    /// Somebody has separated exactly these two.
    case separated
    /// It is what separates two.
    case separates
    /// A newer decision about the same pair has replaced it.
    case outdated
    /// One of the two is not known here.
    case unknownMember
  }

  package var assertion: Assertion
  package var outcome: Outcome

  package init(_ assertion: Assertion, _ outcome: Outcome) {
    self.assertion = assertion
    self.outcome = outcome
  }
}
