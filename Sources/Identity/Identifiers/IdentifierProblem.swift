/// Why a text identifies nobody. Its name is what is counted.
package enum IdentifierProblem: String, Error, Sendable, CaseIterable {
  /// Nothing, or only spaces.
  case empty
  /// More bytes than the type allows.
  case tooLong
  /// A control character is in it.
  case notText
  /// What programs write when they know nothing: `null`, `anonymous`, zeros.
  case blocked
  /// Not one `@` with something on both sides.
  case notEmail
  /// A number that is not international, or of a length that no number has.
  case notE164
}
