/// What a user agent says, in the words of an event's `browser` and `device`.
package struct UserAgentFacts: Sendable, Hashable {
  /// What the rules do not know.
  package static let unknown = "Other"

  /// `Chrome`, `Mobile Safari`, `Other`.
  package var browserFamily = UserAgentFacts.unknown
  /// As many parts as are known, joined by dots.
  package var browserVersion: String?
  /// `Windows`, `iOS`, `Other`.
  package var osFamily = UserAgentFacts.unknown
  package var osVersion: String?
  /// The device's family, an event's `device.type`: `iPhone`, `Samsung SM-G991B`, `Spider` for a robot.
  package var deviceType = UserAgentFacts.unknown
  package var manufacturer: String?
  package var model: String?
  package var category = DeviceCategory.other

  /// Whether one carries it: a phone or a tablet.
  package var isMobile: Bool { category == .mobile || category == .tablet }

  /// Knows nothing.
  package init() {}
}
