import Crypto
import Foundation
import JourneyModel
import SeededGenerator
import Testing

@testable import Tokens

@Suite struct SignedTokensTests {
  private let key = SigningKey.ed25519("k1")

  private func provider(_ more: [[String: String]] = []) async throws -> Provider {
    try await Provider([key.entry()] + more)
  }

  @Test func everyAlgorithmGivesAccess() async throws {
    let keys = [
      SigningKey.p256("a"), .p384("b"), .ed25519("c"), try .rsa("d", .rs256), try .rsa("e", .ps256),
    ]
    let provider = try await Provider(keys.map { $0.entry() }, algorithms: TokenAlgorithm.allCases)
    for key in keys {
      let access = try await provider.access(try Provider.token(key)).get()
      #expect(access.subject == "desk" && access.permissions == ["journey:session:view"])
      #expect(access.divisions.isEmpty)
      #expect(access.expiresAt == Provider.now + .seconds(600))
    }
  }

  @Test("A key that says no algorithm has the first that is allowed for its type, whatever tokens say")
  func keysWithoutAlgorithm() async throws {
    let (rs256, ps256) = (try SigningKey.rsa("r", .rs256), try SigningKey.rsa("r", .ps256))
    let ec = SigningKey.p256("e")
    let provider = try await Provider([rs256.entry(hasAlgorithm: false), ec.entry(hasAlgorithm: false)])
    // The other one first: the library would keep the algorithm of whoever comes first.
    #expect(await provider.flaw(try Provider.token(ps256)) == .algorithmNotTheKeys)
    #expect(await provider.flaw(try Provider.token(rs256)) == nil)
    #expect(await provider.flaw(try Provider.token(ec)) == nil)
    let preferring = try await Provider([rs256.entry(hasAlgorithm: false)], algorithms: [.ps256, .rs256])
    #expect(await preferring.flaw(try Provider.token(ps256)) == nil)
    #expect(await preferring.flaw(try Provider.token(rs256)) == .algorithmNotTheKeys)
  }

  @Test("No signature is none", arguments: ["none", "None", "nOnE", "NONE", "", " none"])
  func algorithmNone(name: String) async throws {
    let provider = try await provider()
    for kid in ["", ",\"kid\":\"k1\""] {
      let unsigned = try Provider.token(key, header: "{\"alg\":\"\(name)\"\(kid)}")
      #expect(await provider.flaw(unsigned) == .algorithmNotAllowed)
      let parts = unsigned.split(separator: ".")
      #expect(await provider.flaw("\(parts[0]).\(parts[1]).") == .malformed)
      #expect(await provider.flaw("\(parts[0]).\(parts[1])") == .malformed)
    }
  }

  @Test func aPublicKeyIsNoSecret() async throws {
    let rsa = try SigningKey.rsa("r", .rs256)
    let provider = try await Provider([rsa.entry()], algorithms: TokenAlgorithm.allCases)
    let (pem, der) = try SigningKey.publicRSA()
    for secret in [Data(pem.utf8), Data((pem + "\n").utf8), der, Data(rsa.members["n"]?.utf8 ?? "".utf8)] {
      for (name, length) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        var forger = rsa
        forger.sign = { bytes in
          let key = SymmetricKey(data: secret)
          return switch length {
          case 32: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
          case 48: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
          default: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
          }
        }
        #expect(
          await provider.flaw(try Provider.token(forger, header: "{\"alg\":\"\(name)\",\"kid\":\"r\"}"))
            == .algorithmNotAllowed)
        #expect(await provider.flaw(try Provider.token(forger)) == .signatureWrong)
      }
    }
  }

  @Test func onlyAKnownKidHasAKey() async throws {
    let provider = try await provider()
    for kid in ["\"k2\"", "\"\"", "\"K1\"", "\"../../k1\"", "\"k1\\u0000\"", "null", "1", "[\"k1\"]", "{}"] {
      let header = "{\"alg\":\"EdDSA\",\"kid\":\(kid)}"
      #expect(await provider.flaw(try Provider.token(key, header: header)) == .unknownKey)
    }
    // The only key there is is nobody's default.
    #expect(await provider.flaw(try Provider.token(key, header: "{\"alg\":\"EdDSA\"}")) == .unknownKey)
  }

  @Test func theAlgorithmIsTheKeys() async throws {
    let (rs256, ps256) = (try SigningKey.rsa("r", .rs256), try SigningKey.rsa("r", .ps256))
    let ec = SigningKey.p256("e")
    let provider = try await Provider([rs256.entry(), ec.entry(), key.entry()])
    #expect(await provider.flaw(try Provider.token(ps256)) == .algorithmNotTheKeys)
    for (name, kid) in [("ES256", "r"), ("RS256", "e"), ("EdDSA", "e"), ("ES256", "k1")] {
      let header = "{\"alg\":\"\(name)\",\"kid\":\"\(kid)\"}"
      #expect(await provider.flaw(try Provider.token(key, header: header)) == .algorithmNotTheKeys)
    }
    for name in ["ES384", "RS512", "es256", "ES256K", "RSA-OAEP", "dir"] {
      let header = "{\"alg\":\"\(name)\",\"kid\":\"e\"}"
      #expect(await provider.flaw(try Provider.token(ec, header: header)) == .algorithmNotAllowed)
    }
    for header in ["{\"kid\":\"e\"}", "{\"alg\":null,\"kid\":\"e\"}", "{\"alg\":[\"ES256\"],\"kid\":\"e\"}"] {
      #expect(await provider.flaw(try Provider.token(ec, header: header)) == .algorithmNotAllowed)
    }
  }

  @Test func keysThatATokenBringsAreNotUsed() async throws {
    let provider = try await provider()
    let forger = SigningKey.ed25519("k1")
    let own = String(decoding: try JSONSerialization.data(withJSONObject: forger.entry()), as: UTF8.self)
    for more in [
      ",\"jwk\":\(own)", ",\"jku\":\"https://evil.example.com/jwks.json\"",
      ",\"x5u\":\"https://evil.example.com/c.pem\"", ",\"x5c\":[\"MIIB\"]",
    ] {
      #expect(
        await provider.flaw(try Provider.token(forger, header: Provider.header(forger, more)))
          == .signatureWrong)
      #expect(await provider.flaw(try Provider.token(key, header: Provider.header(key, more))) == nil)
    }
  }

  @Test func whatHasToBeUnderstoodIsNot() async throws {
    let provider = try await provider()
    for more in [",\"crit\":[\"exp\"]", ",\"crit\":[]", ",\"b64\":false", ",\"b64\":true"] {
      #expect(
        await provider.flaw(try Provider.token(key, header: Provider.header(key, more))) == .unsupported)
    }
  }

  @Test func namesThatStandTwice() async throws {
    let provider = try await provider()
    for header in [
      "{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"k1\"}",
      "{\"alg\":\"EdDSA\",\"\\u0061lg\":\"EdDSA\",\"kid\":\"k1\"}",
      "{\"alg\":\"EdDSA\",\"kid\":\"k2\",\"kid\":\"k1\"}",
      "{\"alg\":\"EdDSA\",\"kid\":\"k1\",\"x\":{\"a\":1,\"a\":2}}",
    ] {
      #expect(await provider.flaw(try Provider.token(key, header: header)) == .duplicateName)
    }
    let claims = Provider.claims()
    for more in ["\"exp\":1", "\"iss\":\"x\"", "\"permissions\":[\"*\"]", "\"sub\":\"root\""] {
      #expect(
        await provider.flaw(try Provider.token(key, claims: "{\(more),\(claims.dropFirst())"))
          == .duplicateName)
    }
  }

  @Test(arguments: [-1, 0, 1])
  func tokensHaveALongest(offset: Int) async throws {
    let provider = try await provider()
    let wanted = TokenLimits.tokenBytes + offset
    // Base64 has no texts of one byte more than a multiple of four: a longer header makes up for it.
    for blanks in 0..<4 {
      let header = Provider.header(key) + String(repeating: " ", count: blanks)
      let bare = try Provider.token(key, header: header, claims: Provider.claims(["pad": "\"\""]))
      let missing = (wanted - bare.utf8.count) * 3 / 4
      for count in [missing - 1, missing, missing + 1, missing + 2] {
        let pad = String(repeating: "x", count: count)
        let token = try Provider.token(key, header: header, claims: Provider.claims(["pad": "\"\(pad)\""]))
        guard token.utf8.count == wanted else { continue }
        #expect(await provider.flaw(token) == (offset <= 0 ? nil : .tooLong))
        return
      }
    }
    Issue.record("no token of \(wanted) bytes")
  }

  @Test func whatIsNoBase64URL() async throws {
    let provider = try await provider()
    let token = try Provider.token(key)
    let parts = token.split(separator: ".").map(String.init)
    #expect(await provider.flaw(token) == nil)
    for wrong in [
      token + "=", token + "==", token + "\n", " " + token, token + ".", "." + token, token + "." + parts[2],
      parts[0] + "." + parts[1], "", ".", "..", "...", "a.b.c", parts[0] + "=." + parts[1] + "." + parts[2],
      parts[0] + "." + parts[1] + "+." + parts[2], parts[0] + "/." + parts[1] + "." + parts[2],
      parts[0] + "." + parts[1] + "." + parts[2].dropLast(), "Bearer " + token,
      parts[0] + "." + parts[1] + "." + parts[2] + "AA",
    ] {
      #expect([.malformed, .signatureWrong].contains(await provider.flaw(wrong)), "\(wrong.count)")
    }
    // 86 characters for 64 bytes: the last four bits say nothing, and have to be zero.
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let last = try #require(parts[2].last.flatMap { alphabet.firstIndex(of: $0) })
    #expect(last % 16 == 0)
    for twin in (last + 1)..<(last + 16) {
      let text = parts[0] + "." + parts[1] + "." + parts[2].dropLast() + String(alphabet[twin])
      #expect(await provider.flaw(text) == .malformed)
    }
  }

  @Test func whatIsNoObject() async throws {
    let provider = try await provider()
    let header = Provider.header(key)
    for json in [
      "", "null", "[]", "\"a\"", "{", "{}x", "{} {}", "\u{FEFF}" + header, header + ",",
      "{\"alg\":\"EdDSA\",}",
      "{'alg':'EdDSA'}", header.dropLast() + ",\"a\":01}", header.dropLast() + ",\"a\":\"\\ud800\"}",
      header.dropLast() + ",\"a\":\"\n\"}", header.dropLast() + ",\"a\":NaN}",
      header.dropLast() + ",\"a\":" + String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        + "}",
    ] {
      #expect(await provider.flaw(try Provider.token(key, header: json)) == .malformed, "\(json)")
    }
    for claims in ["", "[]", "null", "{} ,", Provider.claims() + "x"] {
      #expect(await provider.flaw(try Provider.token(key, claims: claims)) == .malformed)
    }
  }

  @Test func everyBitOfATokenCounts() async throws {
    let provider = try await provider()
    let token = Array(try Provider.token(key).utf8)
    for index in token.indices {
      var changed = token
      changed[index] ^= 1
      #expect(await provider.flaw(String(decoding: changed, as: UTF8.self)) != nil)
      #expect(await provider.flaw(String(decoding: token[..<index], as: UTF8.self)) != nil)
    }
  }

  @Test func noiseGivesNoAccess() async throws {
    let provider = try await provider([SigningKey.p256("e").entry(), try SigningKey.rsa("r", .rs256).entry()])
    let good = Array(try Provider.token(key).utf8)
    var random = SeededGenerator(seed: 3)
    for round in 0..<2_000 {
      var bytes = good
      if round.isMultiple(of: 2) {
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      } else {
        bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
          UInt8.random(in: 0x2B...0x7A, using: &random)
        }
      }
      guard bytes != good else { continue }
      #expect(await provider.flaw(String(decoding: bytes, as: UTF8.self)) != nil)
    }
    // Signatures of any length, under a header that is right.
    for name in ["k1", "e", "r"] {
      let algorithm = ["k1": "EdDSA", "e": "ES256", "r": "RS256"][name] ?? ""
      for length in [1, 2, 63, 64, 65, 70, 72, 96, 255, 256, 257, 1_000] {
        var forger = key
        forger.sign = { _ in [UInt8](repeating: 0x30, count: length) }
        let header = "{\"alg\":\"\(algorithm)\",\"kid\":\"\(name)\"}"
        #expect(await provider.flaw(try Provider.token(forger, header: header)) == .signatureWrong)
        forger.sign = { _ in [UInt8](repeating: 0, count: length) }
        #expect(await provider.flaw(try Provider.token(forger, header: header)) == .signatureWrong)
      }
    }
  }

  @Test func flawsSayNothingOfTheToken() async throws {
    let provider = try await provider()
    let secret = "verySecretValue"
    let tokens =
      [
        secret, "\(secret).\(secret).\(secret)", try Provider.token(key, header: "{\"alg\":\"\(secret)\"}"),
        try Provider.token(key, header: "{\"alg\":\"EdDSA\",\"kid\":\"\(secret)\"}"),
        try Provider.token(key, header: Provider.header(key, ",\"\(secret)\":1,\"\(secret)\":2")),
      ]
      + (try ["iss", "aud", "exp", "nbf", "permissions", "divisions"].map {
        try Provider.token(key, claims: Provider.claims([$0: "{\"a\":\"\(secret)\"}"]))
      }) + [try Provider.token(key, claims: Provider.claims(["iss": "\"\(secret)\""]))]
    var kinds: Set<String> = []
    for token in tokens {
      let flaw = try #require(await provider.flaw(token))
      kinds.insert(flaw.kind)
      #expect(!flaw.description.contains(secret) && !String(reflecting: flaw).contains(secret))
    }
    #expect(kinds.count >= 6)
  }
}
