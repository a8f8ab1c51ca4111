import JourneyModel
import Tokens

/// Tokens that an identity provider signs: whose, for whom, and with which keys.
struct SignedTokenSettings: Sendable {
  /// A JSON Web Key Set; empty for none.
  var keySetFile = ""
  var claims = ClaimSettings(issuer: "", audience: "")
  var algorithms = SignedTokens.usualAlgorithms

  /// Whether anything was said about such tokens.
  var isConfigured: Bool { !keySetFile.isEmpty || !claims.issuer.isEmpty || !claims.audience.isEmpty }

  /// The key that is empty and may not be; `nil` if there is none.
  var missingKey: String? {
    if keySetFile.isEmpty { return "auth.jwt.jwksFile" }
    if claims.issuer.isEmpty { return "auth.jwt.issuer" }
    return claims.audience.isEmpty ? "auth.jwt.audience" : nil
  }

  /// Longest name of an issuer, an audience or a claim, in bytes.
  static let maxNameBytes = 1_024
  /// The most by which clocks may differ.
  static let maxLeeway = EventTime.Span(milliseconds: 600_000)
}

extension ConfigurationKey {
  /// Who signs tokens, and what is in them.
  static let signedTokens: [ConfigurationKey] = [
    .path("auth.jwt.jwksFile", \.gateway.jwt.keySetFile),
    .name("auth.jwt.issuer", mayBeEmpty: true, \.gateway.jwt.claims.issuer),
    .name("auth.jwt.audience", mayBeEmpty: true, \.gateway.jwt.claims.audience),
    ConfigurationKey(
      "auth.jwt.algorithms",
      "algorithms with commas between them: \(TokenAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
    ) { settings, text in
      let algorithms = items(text).map(TokenAlgorithm.init)
      guard !algorithms.isEmpty, !algorithms.contains(nil) else { return false }
      settings.gateway.jwt.algorithms = algorithms.compactMap { $0 }
      return true
    },
    .name("auth.jwt.subjectClaim", mayBeEmpty: false, \.gateway.jwt.claims.subjectClaim),
    .name("auth.jwt.permissionsClaim", mayBeEmpty: false, \.gateway.jwt.claims.permissionsClaim),
    .name("auth.jwt.divisionsClaim", mayBeEmpty: false, \.gateway.jwt.claims.divisionsClaim),
    .name("auth.jwt.sessionTypesClaim", mayBeEmpty: false, \.gateway.jwt.claims.sessionTypesClaim),
    ConfigurationKey("auth.jwt.leeway", "a duration from 0s to 10m") { settings, text in
      guard let milliseconds = DurationText.milliseconds(text),
        milliseconds <= SignedTokenSettings.maxLeeway.milliseconds
      else { return false }
      settings.gateway.jwt.claims.leeway = EventTime.Span(milliseconds: milliseconds)
      return true
    },
  ]

  private static func name(
    _ name: String, mayBeEmpty: Bool, _ path: any WritableKeyPath<Settings, String> & Sendable
  ) -> Self {
    let range = (mayBeEmpty ? 0 : 1)...SignedTokenSettings.maxNameBytes
    return ConfigurationKey(name, "a text of \(range.lowerBound) to \(range.upperBound) bytes") {
      settings, text in
      guard range.contains(text.utf8.count) else { return false }
      settings[keyPath: path] = text
      return true
    }
  }
}
