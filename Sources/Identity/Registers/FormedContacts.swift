/// A root's contacts as they were formed last. They follow from its cluster: no part of what a register is,
/// and not stored.
struct FormedContacts: Sendable, Hashable {
  /// `nil`: not formed yet.
  var contacts: [Contact]?

  static func == (left: Self, right: Self) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}
