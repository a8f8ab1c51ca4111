package import JourneyModel

/// What has to be in a token's claims, and what they are called.
package struct ClaimSettings: Sendable, Hashable {
  /// Who issues tokens: `iss`, to the byte.
  package var issuer: String
  /// Whom they are for: `aud`, or one of its entries.
  package var audience: String
  /// The claim that names the bearer.
  package var subjectClaim = "sub"
  /// A claim with a list of permissions, or with a text that has blanks between them. A dot leads into an
  /// object (`realm_access.roles`), unless the claim itself has that name.
  package var permissionsClaim = "permissions"
  /// The same for divisions.
  package var divisionsClaim = "divisions"
  /// The same for types of sessions; a token without the claim sees all.
  package var sessionTypesClaim = "sessionTypes"
  /// By how much the issuer's clock may differ.
  package var leeway = EventTime.Span.seconds(60)

  /// Creates settings with the usual names.
  package init(issuer: String, audience: String) {
    self.issuer = issuer
    self.audience = audience
  }
}

/// Reads access from claims whose signature is right.
struct ClaimCheck {
  let settings: ClaimSettings

  /// Seconds of the last year with four digits: a time beyond is a mistake, and no time has to be computed
  /// with it.
  private static let latest = 253_402_300_799.0

  func access(_ claims: [String: ClaimValue], now: EventTime) throws(TokenFlaw) -> Access {
    guard let end = try ClaimCheck.time("exp", claims) else { throw .claimMissing("exp") }
    guard now < end + settings.leeway else { throw .expired }
    if let start = try ClaimCheck.time("nbf", claims), now < start - settings.leeway { throw .notYetValid }
    guard let issuer = claims["iss"] else { throw .claimMissing("iss") }
    guard let issuer = issuer.text else { throw .claimMalformed("iss") }
    guard ClaimCheck.isSame(issuer, settings.issuer) else { throw .wrongIssuer }
    try checkAudience(claims)
    guard let subject = claims[settings.subjectClaim] else { throw .claimMissing(settings.subjectClaim) }
    guard let subject = subject.text, ClaimCheck.isName(subject) else {
      throw .claimMalformed(settings.subjectClaim)
    }
    let types = try grants(settings.sessionTypesClaim, claims)
    let hasTypes = ClaimCheck.claim(settings.sessionTypesClaim, claims) != nil
    return Access(
      subject: subject, permissions: try grants(settings.permissionsClaim, claims),
      divisions: try grants(settings.divisionsClaim, claims), sessionTypes: hasTypes ? types : [Access.all],
      expiresAt: end)
  }

  private func checkAudience(_ claims: [String: ClaimValue]) throws(TokenFlaw) {
    guard let claim = claims["aud"] else { throw .claimMissing("aud") }
    let entries = claim.list ?? [claim]
    var isFound = false
    for entry in entries {
      guard let text = entry.text else { throw .claimMalformed("aud") }
      isFound = isFound || ClaimCheck.isSame(text, settings.audience)
    }
    guard isFound else { throw .wrongAudience }
  }

  /// Permissions or divisions; none if the claim is not there.
  private func grants(_ name: String, _ claims: [String: ClaimValue]) throws(TokenFlaw) -> Set<String> {
    guard let claim = ClaimCheck.claim(name, claims), claim != .null else { return [] }
    var grants: [String] = []
    switch claim {
    case .text(let text): grants = text.split(separator: " ").map(String.init)
    case .list(let list):
      for entry in list {
        guard let text = entry.text else { throw .claimMalformed(name) }
        grants.append(text)
      }
    default: throw .claimMalformed(name)
    }
    guard grants.count <= TokenLimits.grants, grants.allSatisfy(ClaimCheck.isName) else {
      throw .claimMalformed(name)
    }
    return Set(grants)
  }

  private static func claim(_ path: String, _ claims: [String: ClaimValue]) -> ClaimValue? {
    if let claim = claims[path] { return claim }
    let names = path.split(separator: ".").map(String.init)
    return names.dropFirst().reduce(names.first.flatMap { claims[$0] }) { $0?.object?[$1] }
  }

  private static func time(_ name: String, _ claims: [String: ClaimValue]) throws(TokenFlaw) -> EventTime? {
    guard let claim = claims[name] else { return nil }
    guard let seconds = claim.number, seconds >= 0, seconds <= latest else { throw .claimMalformed(name) }
    return EventTime(milliseconds: Int64(seconds * 1_000))
  }

  private static func isName(_ text: String) -> Bool { (1...TokenLimits.nameBytes).contains(text.utf8.count) }

  /// To the byte: equal characters may be other bytes.
  private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
