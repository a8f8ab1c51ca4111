package import JourneyModel

/// Says what the bearer of a token may do.
package protocol TokenVerifier: Sendable {
  /// Checks a token.
  ///
  /// - Parameters:
  ///   - bearer: the token, without the scheme's name.
  ///   - now: the time at which it has to be valid.
  /// - Returns: the flaw never has a byte of the token in it.
  func verify(_ bearer: String, now: EventTime) async -> Result<Access, TokenFlaw>
}

/// The limit that is everybody's.
package enum TokenLimits {
  /// Bytes of a token. A longer one is not looked at.
  package static let tokenBytes = 8_192
  /// Permissions and divisions of a token, each.
  package static let grants = 256
  /// Bytes of a subject, a permission or a division.
  package static let nameBytes = 255
}

/// Static tokens and signed ones side by side.
package struct TokenVerifiers: TokenVerifier {
  private let listed: ListedTokens?
  private let signed: SignedTokens?

  /// With neither nobody has access.
  package init(listed: ListedTokens?, signed: SignedTokens?) {
    self.listed = listed
    self.signed = signed
  }

  package func verify(_ bearer: String, now: EventTime) async -> Result<Access, TokenFlaw> {
    guard bearer.utf8.count <= TokenLimits.tokenBytes else { return .failure(.tooLong) }
    let known = await listed?.verify(bearer, now: now) ?? .failure(.unknown)
    // A listed token may have dots as well, so it is asked for first.
    guard case .failure = known, let signed, CompactToken.isLike(bearer) || listed == nil else {
      return known
    }
    return await signed.verify(bearer, now: now)
  }
}
