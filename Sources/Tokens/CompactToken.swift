/// A signed token in its compact form: header, claims and signature in base64url, with dots between them.
struct CompactToken {
  let header: [UInt8]
  let claims: [UInt8]
  let signature: [UInt8]
  /// What the signature is of.
  let signed: [UInt8]

  /// Whether a text has the parts of one.
  static func isLike(_ text: String) -> Bool { text.utf8.count { $0 == dot } == 2 }

  private static let dot = UInt8(ascii: ".")

  init(_ text: String) throws(TokenFlaw) {
    guard text.utf8.count <= TokenLimits.tokenBytes else { throw .tooLong }
    let bytes = Array(text.utf8)
    let parts = bytes.split(separator: CompactToken.dot, omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decoded(parts[0]),
      let claims = Base64URL.decoded(parts[1]),
      // Without a signature there is nothing to check, whatever the algorithm is said to be.
      let signature = Base64URL.decoded(parts[2]), !signature.isEmpty
    else { throw .malformed }
    self.header = header
    self.claims = claims
    self.signature = signature
    signed = Array(bytes[..<parts[1].endIndex])
  }
}
