/// What somebody may see of a session: the nine permissions of the agent's view.
package struct ViewPermissions: OptionSet, Sendable, Hashable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let session = ViewPermissions(rawValue: 1 << 0)
  package static let customer = ViewPermissions(rawValue: 1 << 1)
  package static let event = ViewPermissions(rawValue: 1 << 2)
  package static let eventType = ViewPermissions(rawValue: 1 << 3)
  package static let segment = ViewPermissions(rawValue: 1 << 4)
  package static let outcome = ViewPermissions(rawValue: 1 << 5)
  package static let outcomeScores = ViewPermissions(rawValue: 1 << 6)
  package static let sessionType = ViewPermissions(rawValue: 1 << 7)
  package static let visit = ViewPermissions(rawValue: 1 << 8)
  package static let all = ViewPermissions(rawValue: 1 << 9 - 1)

  /// Each with its name in tokens.
  package static let names: [(permission: ViewPermissions, name: String)] = [
    (.session, "journey:session:view"), (.customer, "journey:customer:view"), (.event, "journey:event:view"),
    (.eventType, "journey:eventType:view"), (.segment, "journey:segment:view"),
    (.outcome, "journey:outcome:view"), (.outcomeScores, "journey:outcomescores:view"),
    (.sessionType, "journey:sessionType:view"), (.visit, "journey:visit:view"),
  ]

  /// What is granted.
  package init(allows: (String) -> Bool) {
    self = ViewPermissions(ViewPermissions.names.filter { allows($0.name) }.map(\.permission))
  }
}
