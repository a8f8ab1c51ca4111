import Crypto
import JourneyModel
import Testing

@testable import Tokens

@Suite struct ListedTokensTests {
  private func hash(_ token: String) -> String {
    SHA256.hash(data: Array(token.utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private func entry(_ token: String, subject: String = "desk", expiresAt: EventTime? = nil) -> ListedToken {
    ListedToken(
      sha256: hash(token),
      access: Access(
        subject: subject, permissions: ["journey:*:view"], divisions: ["*"], expiresAt: expiresAt))
  }

  @Test func aKnownHash() {
    // The hash of "abc", from FIPS 180-4.
    #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func aListedTokenGivesItsAccess() async throws {
    let tokens = try ListedTokens([entry("one"), entry("two", subject: "robot"), entry("three")])
    #expect(try await tokens.verify("two", now: Provider.now).get().subject == "robot")
    for wrong in ["", "One", "one ", "four", hash("one"), "one\u{0}"] {
      #expect(await tokens.verify(wrong, now: Provider.now) == .failure(.unknown))
    }
    // In upper case as well.
    var upper = entry("one")
    upper.sha256 = upper.sha256.uppercased()
    #expect(try await ListedTokens([upper]).verify("one", now: Provider.now).get().subject == "desk")
  }

  @Test(arguments: [(Int64(-1), true), (0, false), (1, false)])
  func aListedTokenMayEnd(offset: Int64, isValid: Bool) async throws {
    let end = Provider.now
    let tokens = try ListedTokens([entry("one", expiresAt: end)])
    let found = await tokens.verify("one", now: end + EventTime.Span(milliseconds: offset))
    #expect(((try? found.get()) != nil) == isValid)
    #expect(isValid || found == .failure(.expired))
  }

  @Test(arguments: [-1, 0, 1])
  func tokensHaveALongest(offset: Int) async throws {
    #expect(TokenLimits.tokenBytes == 8_192)
    let token = String(repeating: "x", count: TokenLimits.tokenBytes + offset)
    let tokens = try ListedTokens([entry(token)])
    let found = await tokens.verify(token, now: Provider.now)
    #expect(((try? found.get()) != nil) == (offset <= 0))
    #expect(offset <= 0 || found == .failure(.tooLong))
  }

  @Test func whatCannotBeListed() {
    for wrong in [
      "", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 63), "sha256:" + hash("a"),
    ] {
      var entry = entry("one")
      entry.sha256 = wrong
      #expect(throws: ListedTokensFlaw.noHash(1)) { try ListedTokens([self.entry("two"), entry]) }
    }
    #expect(throws: ListedTokensFlaw.listedTwice(1)) { try ListedTokens([entry("one"), entry("one")]) }
    #expect(throws: ListedTokensFlaw.noSubject(0)) { try ListedTokens([entry("one", subject: "")]) }
  }

  @Test(arguments: [-1, 0, 1])
  func listsHaveALongest(offset: Int) throws {
    let list = (0..<(ListedTokens.maxTokens + offset)).map { entry("token-\($0)") }
    if offset > 0 {
      #expect(throws: ListedTokensFlaw.tooMany) { try ListedTokens(list) }
    } else {
      _ = try ListedTokens(list)
    }
  }

  @Test func comparesEveryByte() {
    let bytes = (0..<32).map { UInt8($0) }
    #expect(ListedTokens.isSame(bytes, bytes) && ListedTokens.isSame([], []))
    for index in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[index] ^= 1 << UInt8(bit)
        #expect(!ListedTokens.isSame(bytes, other))
      }
    }
    #expect(!ListedTokens.isSame(bytes, Array(bytes.dropLast())))
  }

  @Test func listedAndSignedTokensSideBySide() async throws {
    let key = SigningKey.ed25519("k1")
    let provider = try await Provider([key.entry()])
    let listed = try ListedTokens([entry("one"), entry("a.b.c", subject: "dots")])
    let both = TokenVerifiers(listed: listed, signed: provider.verifier)
    #expect(try await both.verify("one", now: Provider.now).get().subject == "desk")
    #expect(try await both.verify("a.b.c", now: Provider.now).get().subject == "dots")
    #expect(
      try await both.verify(Provider.token(key), now: Provider.now).get().permissions == [
        "journey:session:view"
      ])
    #expect(await both.verify("two", now: Provider.now) == .failure(.unknown))
    #expect(await both.verify("x.y.z", now: Provider.now) == .failure(.malformed))
    let onlySigned = TokenVerifiers(listed: nil, signed: provider.verifier)
    #expect(await onlySigned.verify("one", now: Provider.now) == .failure(.malformed))
    let onlyListed = TokenVerifiers(listed: listed, signed: nil)
    #expect(await onlyListed.verify(try Provider.token(key), now: Provider.now) == .failure(.unknown))
    let neither = TokenVerifiers(listed: nil, signed: nil)
    #expect(await neither.verify("one", now: Provider.now) == .failure(.unknown))
    let long = String(repeating: "x", count: TokenLimits.tokenBytes + 1)
    #expect(await neither.verify(long, now: Provider.now) == .failure(.tooLong))
  }
}
