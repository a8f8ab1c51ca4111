/// What somebody decided about one session: whose it is, whatever is named in it, or that this is no longer
/// decided.
package struct SessionLink: Sendable, Hashable {
  /// Who decided it, and when: of two decisions about a session the newer counts.
  package var stamp: Stamp
  /// An identifier of the contact whose session it is; `nil`: what was decided before is taken back.
  package var identifier: Identifier?
  /// What is known of the identifier; `nil` if it is not known yet, or nobody's any more.
  package var answer: Resolution.Answer?

  package init(_ stamp: Stamp, _ identifier: Identifier?, answer: Resolution.Answer? = nil) {
    self.stamp = stamp
    self.identifier = identifier
    self.answer = answer
  }
}
