package import JourneyModel

/// Tokens that an identity provider signs (RFC 7519), checked with its public keys.
///
/// The library checks signatures; what a token may say about how it wants to be checked is decided here,
/// before. RFC 8725 lists what else went wrong with such tokens.
package struct SignedTokens: TokenVerifier {
  /// Algorithms that are allowed if nothing else is said, the preferred ones first.
  package static let usualAlgorithms: [TokenAlgorithm] = [.es256, .edDSA, .rs256, .ps256]

  private let keys: KeySetFile
  private let algorithms: [TokenAlgorithm]
  private let check: ClaimCheck

  /// - Parameter algorithms: that tokens may have; the same that the keys were read with.
  package init(
    keys: KeySetFile, claims: ClaimSettings, algorithms: [TokenAlgorithm] = SignedTokens.usualAlgorithms
  ) {
    self.keys = keys
    self.algorithms = algorithms
    check = ClaimCheck(settings: claims)
  }

  package func verify(_ bearer: String, now: EventTime) async -> Result<Access, TokenFlaw> {
    do throws(TokenFlaw) {
      let token = try CompactToken(bearer)
      let header = try SignedTokens.object(token.header)
      guard header["crit"] == nil, header["b64"] == nil else { throw .unsupported }
      guard let algorithm = header["alg"]?.text.flatMap(TokenAlgorithm.init), algorithms.contains(algorithm)
      else { throw .algorithmNotAllowed }
      guard let name = header["kid"]?.text, let key = await keys.current().keys[name] else {
        throw .unknownKey
      }
      guard key.algorithm == algorithm else { throw .algorithmNotTheKeys }
      guard key.verifies(token.signature, of: token.signed) else { throw .signatureWrong }
      return .success(try check.access(try SignedTokens.object(token.claims), now: now))
    } catch { return .failure(error) }
  }

  private static func object(_ bytes: [UInt8]) throws(TokenFlaw) -> [String: ClaimValue] {
    do throws(ClaimReader.Flaw) { return try ClaimReader.object(bytes) } catch {
      throw error == .duplicateName ? .duplicateName : .malformed
    }
  }
}
