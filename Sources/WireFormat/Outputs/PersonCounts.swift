package import Identity

/// What a lane's registers have done for persons.
package struct PersonCounts: Sendable, Hashable {
  /// Identifiers of which something was said.
  package var claims = 0
  /// Links that were sent on their way.
  package var unions = 0
  /// Clusters that went to another root.
  package var adoptions = 0
  /// Decisions that came to a register.
  package var commands = 0
  /// Records of persons.
  package var published = 0
  /// Records of ids that lead to somebody else.
  package var merged = 0
  /// Ids that stand for nobody any more, as their person was erased.
  package var erased = 0
  /// The same, as nothing was heard of their person for long.
  package var expired = 0
  /// Sessions that were taken back with their person.
  package var sessions = 0
  /// What was not taken, by why.
  package var refused: [Refusal.Reason: Int] = [:]

  /// Creates zeros.
  package init() {}

  /// Adds other counts.
  package mutating func add(_ other: Self) {
    claims += other.claims
    unions += other.unions
    adoptions += other.adoptions
    commands += other.commands
    published += other.published
    merged += other.merged
    erased += other.erased
    expired += other.expired
    sessions += other.sessions
    refused.merge(other.refused, uniquingKeysWith: +)
  }
}
