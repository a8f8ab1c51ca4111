import Crypto
import CryptoExtras
import Foundation

@testable import Tokens

/// A key pair of a provider that exists in tests only. It signs with the cryptography library itself, so that
/// what is tested does not sign its own tests.
struct SigningKey: Sendable {
  var name: String
  var algorithm: TokenAlgorithm
  /// The public half, as members of a JSON Web Key without `kid` and `alg`.
  var members: [String: String]
  var sign: @Sendable ([UInt8]) throws -> [UInt8]

  /// The public half as an entry of a key set.
  func entry(_ more: [String: String] = [:], hasAlgorithm: Bool = true) -> [String: String] {
    var entry = members
    entry["kid"] = name
    if hasAlgorithm { entry["alg"] = algorithm.rawValue }
    return entry.merging(more) { $1 }
  }

  static func p256(_ name: String) -> SigningKey {
    let key = P256.Signing.PrivateKey()
    let point = Array(key.publicKey.rawRepresentation)
    return SigningKey(
      name: name, algorithm: .es256,
      members: [
        "kty": "EC", "crv": "P-256", "x": base64URL(point.prefix(32)), "y": base64URL(point.suffix(32)),
      ],
      sign: { Array(try key.signature(for: $0).rawRepresentation) })
  }

  static func p384(_ name: String) -> SigningKey {
    let key = P384.Signing.PrivateKey()
    let point = Array(key.publicKey.rawRepresentation)
    return SigningKey(
      name: name, algorithm: .es384,
      members: [
        "kty": "EC", "crv": "P-384", "x": base64URL(point.prefix(48)), "y": base64URL(point.suffix(48)),
      ],
      sign: { Array(try key.signature(for: $0).rawRepresentation) })
  }

  static func ed25519(_ name: String) -> SigningKey {
    let key = Curve25519.Signing.PrivateKey()
    return SigningKey(
      name: name, algorithm: .edDSA,
      members: ["kty": "OKP", "crv": "Ed25519", "x": base64URL(key.publicKey.rawRepresentation)],
      sign: { Array(try key.signature(for: $0)) })
  }

  /// A key takes a while to find, so all share one.
  private static let pair = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

  static func rsa(_ name: String, _ algorithm: TokenAlgorithm) throws -> SigningKey {
    let key = try pair.get()
    let numbers = try key.publicKey.getKeyPrimitives()
    let padding: _RSA.Signing.Padding = algorithm == .ps256 ? .PSS : .insecurePKCS1v1_5
    return SigningKey(
      name: name, algorithm: algorithm,
      members: ["kty": "RSA", "n": base64URL(numbers.modulus), "e": base64URL(numbers.publicExponent)],
      sign: { Array(try key.signature(for: SHA256.hash(data: $0), padding: padding).rawRepresentation) })
  }

  /// The public half of the RSA key, as a forger takes it for a secret.
  static func publicRSA() throws -> (pem: String, der: Data) {
    let key = try pair.get().publicKey
    return (key.pemRepresentation, key.derRepresentation)
  }

  static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(
      of: "/", with: "_"
    ).replacingOccurrences(of: "=", with: "")
  }
}

/// A key set's bytes.
func keySet(_ entries: [[String: String]]) throws -> [UInt8] {
  Array(try JSONSerialization.data(withJSONObject: ["keys": entries]))
}
