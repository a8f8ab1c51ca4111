import Gateway

extension ConfigurationKey {
  /// The console, logins to it, and who may follow sessions.
  static let console: [ConfigurationKey] = [
    ConfigurationKey("console.enabled", "on or off") { settings, text in
      guard ["on", "off"].contains(text) else { return false }
      settings.gateway.console.isEnabled = text == "on"
      return true
    },
    ConfigurationKey(
      "console.frameAncestors",
      "origins such as https://desk.example.com, with commas between them, or nothing"
    ) { settings, text in
      let origins = items(text)
      guard origins.allSatisfy(isOrigin) else { return false }
      settings.gateway.console.frameAncestors = origins
      return true
    },
    .duration("console.loginLifetime", \.gateway.access.logins.lifetime),
    .duration("console.loginIdle", \.gateway.access.logins.idle),
    .number("console.maxLogins", 1...1_000_000, \.gateway.access.logins.maxLogins),
    .number("live.maxStreams", 0...100_000, \.gateway.live.maxStreams),
    .number("live.maxStreamsPerSubject", 1...100_000, \.gateway.live.maxStreamsPerSubject),
    .number("live.maxQueued", 1...100_000, \.gateway.live.maxQueued),
    .duration("live.heartbeat", \.gateway.live.heartbeat),
  ]

  /// Whether a text is a scheme and a host, with nothing that would be more of a policy than that.
  private static func isOrigin(_ text: String) -> Bool {
    guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
    let authority = text.dropFirst(scheme.count)
    return (1...253).contains(authority.utf8.count)
      && authority.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
          true
        default: false
        }
      }
  }
}
