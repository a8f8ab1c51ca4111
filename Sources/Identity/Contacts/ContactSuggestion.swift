/// Another contact that may be the same person, and why it was not joined.
package struct ContactSuggestion: Sendable, Hashable {
  /// What names both.
  package var assertion: Assertion
  package var reason: RefusalReason
  /// The contact on the other side.
  package var other: ContactID

  package init(_ assertion: Assertion, _ reason: RefusalReason, other: ContactID) {
    self.assertion = assertion
    self.reason = reason
    self.other = other
  }
}
