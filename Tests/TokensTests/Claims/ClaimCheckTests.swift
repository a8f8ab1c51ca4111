import JourneyModel
import Testing

@testable import Tokens

@Suite struct ClaimCheckTests {
  private let now = Provider.now

  private func access(
    _ changed: [String: String?], settings: ClaimSettings? = nil, now: EventTime = Provider.now
  ) -> Result<Access, TokenFlaw> {
    let settings = settings ?? ClaimSettings(issuer: Provider.issuer, audience: Provider.audience)
    guard let claims = try? ClaimReader.object(Array(Provider.claims(changed).utf8)) else {
      return .failure(.malformed)
    }
    return Result { () throws(TokenFlaw) in try ClaimCheck(settings: settings).access(claims, now: now) }
  }

  private func flaw(_ changed: [String: String?], now: EventTime = Provider.now) -> TokenFlaw? {
    if case .failure(let flaw) = access(changed, now: now) { flaw } else { nil }
  }

  @Test(arguments: [(Int64(-1), true), (0, false), (1, false)])
  func aTokenEndsWithItsLeeway(offset: Int64, isValid: Bool) {
    let seconds = now.milliseconds / 1_000
    let end = now + .seconds(60) + EventTime.Span(milliseconds: offset)
    #expect(flaw(["exp": "\(seconds)"], now: end) == (isValid ? nil : .expired))
    var strict = ClaimSettings(issuer: Provider.issuer, audience: Provider.audience)
    strict.leeway = .seconds(0)
    let found = access(
      ["exp": "\(seconds)"], settings: strict, now: now + EventTime.Span(milliseconds: offset))
    #expect(((try? found.get()) != nil) == isValid)
  }

  @Test(arguments: [(Int64(-1), false), (0, true), (1, true)])
  func aTokenBeginsWithItsLeeway(offset: Int64, isValid: Bool) {
    let seconds = now.milliseconds / 1_000 + 100
    let start = now + .seconds(40) + EventTime.Span(milliseconds: offset)
    #expect(flaw(["nbf": "\(seconds)"], now: start) == (isValid ? nil : .notYetValid))
  }

  @Test func theEndHasToBeThere() throws {
    #expect(flaw(["exp": nil as String?]) == .claimMissing("exp"))
    for wrong in ["null", "\"9999999999\"", "[1]", "{}", "true", "-1", "253402300800", "1e300", "1e999"] {
      #expect(flaw(["exp": wrong]) == .claimMalformed("exp"))
    }
    #expect(flaw(["exp": "0"]) == .expired)
    // The last second of the last year, and fractions.
    #expect(try access(["exp": "253402300799"]).get().expiresAt?.milliseconds == 253_402_300_799_000)
    #expect(try access(["exp": "1767607200.25"]).get().expiresAt == now + EventTime.Span(milliseconds: 250))
    #expect(try access(["exp": "1.7676072e9"]).get().expiresAt == now)
    for wrong in ["null", "\"0\"", "-1", "1e300"] { #expect(flaw(["nbf": wrong]) == .claimMalformed("nbf")) }
  }

  @Test func theIssuerIsTheOne() {
    #expect(flaw(["iss": nil as String?]) == .claimMissing("iss"))
    for wrong in ["\"https://id.example.com\"", "\"HTTPS://id.example.com/\"", "\"\"", "\"x\""] {
      #expect(flaw(["iss": wrong]) == .wrongIssuer)
    }
    for wrong in ["null", "1", "[\"\(Provider.issuer)\"]"] {
      #expect(flaw(["iss": wrong]) == .claimMalformed("iss"))
    }
  }

  @Test func equalCharactersAreNotEqualBytes() {
    let settings = ClaimSettings(issuer: "caf\u{E9}", audience: "a\u{308}")
    let same = ["iss": "\"caf\u{E9}\"", "aud": "\"a\u{308}\""]
    #expect((try? access(same, settings: settings).get()) != nil)
    #expect(
      access(same.merging(["iss": "\"cafe\u{301}\""]) { $1 }, settings: settings) == .failure(.wrongIssuer))
    #expect(
      access(same.merging(["aud": "\"\u{E4}\""]) { $1 }, settings: settings) == .failure(.wrongAudience))
  }

  @Test func theAudienceIsOneOfThem() {
    #expect(flaw(["aud": nil as String?]) == .claimMissing("aud"))
    #expect(flaw(["aud": "[\"other\",\"sojourn\"]"]) == nil)
    for wrong in ["\"other\"", "[]", "[\"other\"]", "\"sojourn \"", "\"Sojourn\"", "[\"sojourn2\"]"] {
      #expect(flaw(["aud": wrong]) == .wrongAudience)
    }
    for wrong in ["null", "1", "{}", "[1,\"sojourn\"]", "[[\"sojourn\"]]"] {
      #expect(flaw(["aud": wrong]) == .claimMalformed("aud"))
    }
  }

  @Test func theBearerHasAName() throws {
    #expect(flaw(["sub": nil as String?]) == .claimMissing("sub"))
    for wrong in ["\"\"", "1", "null", "\"\(String(repeating: "x", count: TokenLimits.nameBytes + 1))\""] {
      #expect(flaw(["sub": wrong]) == .claimMalformed("sub"))
    }
    #expect(flaw(["sub": "\"\(String(repeating: "x", count: TokenLimits.nameBytes))\""]) == nil)
    var settings = ClaimSettings(issuer: Provider.issuer, audience: Provider.audience)
    settings.subjectClaim = "client_id"
    #expect(try access(["client_id": "\"robot\""], settings: settings).get().subject == "robot")
    #expect(access([:], settings: settings) == .failure(.claimMissing("client_id")))
  }

  @Test func permissionsAreAListOrAText() throws {
    #expect(
      try access(["permissions": "\"a:b:view  c:d:view\""]).get().permissions == ["a:b:view", "c:d:view"])
    #expect(try access(["permissions": "[]"]).get().permissions.isEmpty)
    #expect(try access(["permissions": "null"]).get().permissions.isEmpty)
    #expect(try access(["permissions": nil as String?]).get().permissions.isEmpty)
    for wrong in ["1", "{}", "true", "[1]", "[\"\"]", "[[\"a\"]]", "[null]"] {
      #expect(flaw(["permissions": wrong]) == .claimMalformed("permissions"))
      #expect(flaw(["divisions": wrong]) == .claimMalformed("divisions"))
    }
    #expect(try access(["divisions": "[\"d1\",\"d2\"]"]).get().divisions == ["d1", "d2"])
  }

  @Test func aDotLeadsIntoAnObject() throws {
    var settings = ClaimSettings(issuer: Provider.issuer, audience: Provider.audience)
    settings.permissionsClaim = "realm_access.roles"
    settings.divisionsClaim = "https://example.com/divisions"
    let claims = ["realm_access": "{\"roles\":[\"a\"]}", "https://example.com/divisions": "[\"d\"]"]
    let access = try access(claims, settings: settings).get()
    #expect(access.permissions == ["a"] && access.divisions == ["d"])
    let direct = try self.access(
      claims.merging(["realm_access.roles": "[\"b\"]"]) { $1 }, settings: settings
    ).get()
    #expect(direct.permissions == ["b"])
    #expect(try self.access(["realm_access": "[\"a\"]"], settings: settings).get().permissions.isEmpty)
  }

  @Test(arguments: [-1, 0, 1])
  func grantsAreCounted(offset: Int) {
    let list = (0..<(TokenLimits.grants + offset)).map { "\"p\($0)\"" }.joined(separator: ",")
    let expected: TokenFlaw? = offset <= 0 ? nil : .claimMalformed("permissions")
    #expect(flaw(["permissions": "[\(list)]"]) == expected)
  }
}
