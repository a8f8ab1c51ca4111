import Identity
import JourneyModel
import Persons

/// How persons are found.
extension ConfigurationKey {
  static let identity: [ConfigurationKey] = [
    ConfigurationKey("identity.enabled", "on or off") { settings, text in
      guard text == "on" || text == "off" else { return false }
      settings.findsPersons = text == "on"
      return true
    },
    ConfigurationKey("identity.onConflict", "switch or keep") { settings, text in
      switch text {
      case "switch": settings.persons.devices = .switching
      case "keep": settings.persons.devices = .keeping
      default: return false
      }
      return true
    },
    .number("identity.limits.email", 1...1_000, \.persons.limits.emails),
    .number("identity.limits.phone", 1...1_000, \.persons.limits.phones),
    .number("identity.limits.externalId", 1...1_000, \.persons.limits.externalIDs),
    .number("identity.maxIdentifiers", 2...1_000, \.persons.limits.maxIdentifiers),
    .number("identity.maxPartners", 1...1_000, \.persons.limits.maxPartners),
    .number("identity.maxOwners", 1...1_000, \.persons.limits.maxOwners),
    .number("identity.maxDevices", 1...10_000, \.persons.limits.maxDevices),
    .number("identity.maxWatchers", 1...10_000, \.persons.limits.maxWatchers),
    .number("identity.assertsPerMinute", 1...1_000_000, \.persons.limits.assertsPerMinute),
    .span("identity.contactRetention", \.persons.limits.contactRetention),
    .span("identity.activityStep", \.persons.limits.activityStep),
    .span("identity.erasureMemory", \.persons.limits.erasureMemory),
  ]
}
