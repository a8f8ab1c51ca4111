package import JourneyModel

/// What a token lets its bearer do.
package struct Access: Sendable, Hashable {
  /// Everything of a kind.
  package static let all = "*"

  /// Who bears it, for logs of who looked at what.
  package var subject: String
  /// As they are written: `journey:session:view`, `journey:*:view`.
  package var permissions: Set<String>
  /// Divisions whose conversations may be seen; `*` for all.
  package var divisions: Set<String>
  /// Types of sessions that may be seen; `*` for all.
  package var sessionTypes: Set<String>
  /// When it ends; `nil` for a token that does not.
  package var expiresAt: EventTime?

  /// Creates an access.
  package init(
    subject: String, permissions: Set<String>, divisions: Set<String>, sessionTypes: Set<String> = [all],
    expiresAt: EventTime? = nil
  ) {
    self.subject = subject
    self.permissions = permissions
    self.divisions = divisions
    self.sessionTypes = sessionTypes
    self.expiresAt = expiresAt
  }

  /// Whether it grants a permission of three parts, each of which `*` stands for as well.
  package func allows(_ permission: String) -> Bool {
    if permissions.contains(permission) || permissions.contains(Access.all) { return true }
    let wanted = permission.split(separator: ":", omittingEmptySubsequences: false)
    return permissions.contains { granted in
      let parts = granted.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count == wanted.count && zip(parts, wanted).allSatisfy { $0 == $1 || $0 == "*" }
    }
  }

  /// Whether it grants a look at sessions of a type.
  package func sees(type: String) -> Bool {
    sessionTypes.contains(Access.all) || sessionTypes.contains(type)
  }

  /// Whether it grants a look at what belongs to any of these divisions.
  package func sees(_ divisions: some Sequence<String>) -> Bool {
    self.divisions.contains(Access.all) || divisions.contains(where: self.divisions.contains)
  }
}
