internal import JWTKit

extension KeySet {
  /// Most bytes of an RSA modulus: what takes longer to check than it is worth.
  private static let maxModulusBytes = 1_024

  /// Reads one key.
  static func key(_ entry: [String: ClaimValue], _ allowed: [TokenAlgorithm]) async -> Result<
    (String, Key), KeyFlaw
  > {
    do throws(KeyFlaw) {
      guard let name = entry["kid"]?.text, (1...TokenLimits.nameBytes).contains(name.utf8.count) else {
        throw KeyFlaw(reason: "no kid")
      }
      if let use = entry["use"], use.text != "sig" { throw KeyFlaw(reason: "its use is not sig") }
      if let operations = entry["key_ops"], operations.list?.contains(.text("verify")) != true {
        throw KeyFlaw(reason: "its key_ops do not have verify")
      }
      let algorithm = try algorithm(entry, allowed)
      let key = try jwk(entry, algorithm, name)
      // A collection of its own: the library's answers with its first key where it knows no other, and a key
      // without an algorithm takes the one of whoever comes first.
      do {
        let found = try await JWTKeyCollection().add(jwk: key).getKey(for: JWKIdentifier(string: name))
        guard found.name == algorithm.rawValue else { throw KeyFlaw(reason: "it is for \(found.name)") }
        return .success((name, Key(algorithm, found)))
      } catch { throw KeyFlaw(reason: "no public key of its type, or too short a one") }
    } catch { return .failure(error) }
  }

  /// The one algorithm of a key: what it says itself, else what its type allows.
  private static func algorithm(
    _ entry: [String: ClaimValue], _ allowed: [TokenAlgorithm]
  ) throws(KeyFlaw) -> TokenAlgorithm {
    let (type, curve) = (entry["kty"]?.text, entry["crv"]?.text)
    func fits(_ algorithm: TokenAlgorithm) -> Bool {
      let needed = algorithm.keyType
      return needed.type == type && (needed.curve == nil || needed.curve == curve)
    }
    guard let claim = entry["alg"] else {
      guard let first = allowed.first(where: fits) else {
        throw KeyFlaw(reason: "no algorithm that is allowed takes its type")
      }
      return first
    }
    guard let algorithm = claim.text.flatMap(TokenAlgorithm.init), allowed.contains(algorithm) else {
      throw KeyFlaw(reason: "its algorithm is not allowed")
    }
    guard fits(algorithm) else { throw KeyFlaw(reason: "its type is not its algorithm's") }
    return algorithm
  }

  private static func jwk(
    _ entry: [String: ClaimValue], _ algorithm: TokenAlgorithm, _ name: String
  ) throws(KeyFlaw) -> JWK {
    func number(_ member: String, maxBytes: Int) throws(KeyFlaw) -> String {
      guard let text = entry[member]?.text, let bytes = Base64URL.decoded(text.utf8),
        (1...maxBytes).contains(bytes.count)
      else { throw KeyFlaw(reason: "its \(member) is no number in base64url, or too large") }
      return text
    }
    let named = JWK.Algorithm(rawValue: algorithm.rawValue)
    let identifier = JWKIdentifier(string: name)
    switch algorithm.keyType {
    case ("EC", let curve):
      return .ecdsa(
        named, identifier: identifier, x: try number("x", maxBytes: 66), y: try number("y", maxBytes: 66),
        curve: curve.flatMap(ECDSACurve.init))
    case ("OKP", let curve):
      return .octetKeyPair(
        named, identifier: identifier, x: try number("x", maxBytes: 32), y: nil,
        curve: curve.flatMap(EdDSACurve.init))
    default:
      return .rsa(
        named, identifier: identifier, modulus: try number("n", maxBytes: maxModulusBytes),
        exponent: try number("e", maxBytes: 8))
    }
  }
}
