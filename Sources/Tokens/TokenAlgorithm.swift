/// How a token may be signed: with a key whose public half is enough to check it. `none` and the algorithms
/// with a shared secret have no name here.
package enum TokenAlgorithm: String, Sendable, CaseIterable {
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  case edDSA = "EdDSA"
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"

  /// What kind of key it takes: `kty`, and `crv` where that says more.
  var keyType: (type: String, curve: String?) {
    switch self {
    case .es256: ("EC", "P-256")
    case .es384: ("EC", "P-384")
    case .es512: ("EC", "P-521")
    case .edDSA: ("OKP", "Ed25519")
    case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: ("RSA", nil)
    }
  }
}
