/// Why a token gives no access. Names claims, never their values, and no byte of the token: it goes to logs.
package enum TokenFlaw: Error, Sendable, Hashable, CustomStringConvertible {
  /// More bytes than a token may have.
  case tooLong
  /// No list has it.
  case unknown
  /// Not three parts of base64url, or no JSON objects in them.
  case malformed
  /// A name that stands twice: readers differ on which counts.
  case duplicateName
  /// Demands to understand what we do not (`crit`, `b64`).
  case unsupported
  /// Signed in a way that is not allowed, or not at all.
  case algorithmNotAllowed
  /// No key has its `kid`, or it has none.
  case unknownKey
  /// The key is for another algorithm.
  case algorithmNotTheKeys
  case signatureWrong
  /// A claim that has to be there is not.
  case claimMissing(String)
  /// A claim is of another type or size than it may be.
  case claimMalformed(String)
  case expired
  case notYetValid
  case wrongIssuer
  case wrongAudience

  /// A label of metrics: one of few.
  package var kind: String {
    switch self {
    case .tooLong: "tooLong"
    case .unknown: "unknown"
    case .malformed: "malformed"
    case .duplicateName: "duplicateName"
    case .unsupported: "unsupported"
    case .algorithmNotAllowed: "algorithmNotAllowed"
    case .unknownKey: "unknownKey"
    case .algorithmNotTheKeys: "algorithmNotTheKeys"
    case .signatureWrong: "signatureWrong"
    case .claimMissing: "claimMissing"
    case .claimMalformed: "claimMalformed"
    case .expired: "expired"
    case .notYetValid: "notYetValid"
    case .wrongIssuer: "wrongIssuer"
    case .wrongAudience: "wrongAudience"
    }
  }

  package var description: String {
    switch self {
    case .tooLong: "the token has more than \(TokenLimits.tokenBytes) bytes"
    case .unknown: "the token is not known"
    case .malformed: "the token is not three parts of base64url with JSON objects in the first two"
    case .duplicateName: "a name stands twice in the token"
    case .unsupported: "the token demands an extension that is not supported"
    case .algorithmNotAllowed: "the token's algorithm is not allowed"
    case .unknownKey: "no key has the token's kid"
    case .algorithmNotTheKeys: "the token's algorithm is not its key's"
    case .signatureWrong: "the signature is not the key's"
    case .claimMissing(let name): "the claim \(name) is missing"
    case .claimMalformed(let name): "the claim \(name) has another type, or is too large"
    case .expired: "the token has expired"
    case .notYetValid: "the token is not valid yet"
    case .wrongIssuer: "the token is another issuer's"
    case .wrongAudience: "the token is for another audience"
    }
  }
}
