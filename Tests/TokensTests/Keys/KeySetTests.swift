import Foundation
import Testing

@testable import Tokens

@Suite struct KeySetTests {
  private let key = SigningKey.p256("k1")

  private func set(_ entries: [[String: String]], allowed: [TokenAlgorithm] = SignedTokens.usualAlgorithms)
    async throws -> KeySet
  {
    try await KeySet(keySet(entries), allowed: allowed)
  }

  private func flaw(_ bytes: [UInt8]) async -> KeySetFlaw? {
    do throws(KeySetFlaw) {
      _ = try await KeySet(bytes, allowed: SignedTokens.usualAlgorithms)
      return nil
    } catch { return error }
  }

  @Test("A key that cannot be used takes no other with it")
  func keysAreLeftOut() async throws {
    let short = SigningKey.base64URL([UInt8](repeating: 0xFF, count: 128))
    let huge = SigningKey.base64URL([UInt8](repeating: 0xFF, count: 1_025))
    let rsa = try SigningKey.rsa("r", .rs256)
    let wrong: [([String: String], String)] = [
      (key.entry(["kid": ""]), "no kid"), (key.entry(["use": "enc"]), "its use is not sig"),
      (key.entry(["key_ops": "verify"]), "its key_ops do not have verify"),
      (key.entry(["alg": "HS256"]), "its algorithm is not allowed"),
      (key.entry(["alg": "none"]), "its algorithm is not allowed"),
      (key.entry(["alg": "ES384"]), "its algorithm is not allowed"),
      (key.entry(["alg": "RS256"]), "its type is not its algorithm's"),
      (key.entry(["crv": "P-384"]), "its type is not its algorithm's"),
      (key.entry(["crv": "secp256k1"], hasAlgorithm: false), "no algorithm that is allowed takes its type"),
      (key.entry(["kty": "XYZ"], hasAlgorithm: false), "no algorithm that is allowed takes its type"),
      (key.entry(["x": "=="]), "its x is no number in base64url, or too large"),
      (key.entry(["y": ""]), "its y is no number in base64url, or too large"),
      (key.entry(["x": key.members["y"] ?? ""]), "no public key of its type, or too short a one"),
      (rsa.entry(["n": short]), "no public key of its type, or too short a one"),
      (rsa.entry(["n": huge]), "its n is no number in base64url, or too large"),
    ]
    var entries = wrong.map(\.0)
    for index in entries.indices where entries[index]["kid"] != "" { entries[index]["kid"] = "w\(index)" }
    let found = try await set(entries + [key.entry(["kid": "good"])])
    #expect(Array(found.keys.keys) == ["good"])
    #expect(found.notes == wrong.indices.map { "keys[\($0)] is left out: \(wrong[$0].1)" })
    #expect(await flaw(try keySet(entries)) == .noUsableKey(found.notes))
  }

  @Test func membersOfOtherTypesAreNone() async throws {
    for entry in [
      "{\"kid\":1,\"kty\":\"EC\"}", "{\"kid\":\"a\",\"kty\":[\"EC\"]}",
      "{\"kid\":\"a\",\"kty\":\"RSA\",\"alg\":5}",
      "{\"kid\":\"a\",\"kty\":\"RSA\",\"n\":5,\"e\":\"AQAB\"}", "{}",
    ] {
      let found = await flaw(Array("{\"keys\":[\(entry)]}".utf8))
      guard case .noUsableKey(let notes) = found else {
        Issue.record("\(entry): \(String(describing: found))")
        continue
      }
      #expect(notes.count == 1)
    }
  }

  @Test func secretsAreRefused() async throws {
    let d = key.entry(["kid": "k2", "d": "AAAA"])
    #expect(await flaw(try keySet([key.entry(), d])) == .secret(1))
    #expect(await flaw(try keySet([["kid": "s", "kty": "oct", "k": "c2VjcmV0"]])) == .secret(0))
    #expect(!KeySetFlaw.secret(0).description.contains("c2VjcmV0"))
  }

  @Test func namesAreUnique() async throws {
    #expect(await flaw(try keySet([key.entry(), SigningKey.ed25519("k1").entry()])) == .sameName(1))
  }

  @Test func whatIsNoKeySet() async throws {
    for text in [
      "", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[]",
    ] {
      #expect(await flaw(Array(text.utf8)) == .noKeySet)
    }
    #expect(await flaw(Array("{\"keys\":[]}".utf8)) == .noUsableKey([]))
  }

  @Test(arguments: [-1, 0, 1])
  func setsHaveALongest(offset: Int) async throws {
    let entries = (0..<(KeySet.maxKeys + offset)).map { key.entry(["kid": "k\($0)"]) }
    if offset > 0 {
      #expect(await flaw(try keySet(entries)) == .tooMany)
    } else {
      #expect(try await set(entries).count == KeySet.maxKeys + offset)
    }
  }
}
