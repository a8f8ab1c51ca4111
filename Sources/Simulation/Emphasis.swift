/// What a seed has whatever it draws: else a third of them have each.
package enum Emphasis: String, Sendable, CaseIterable, Hashable {
  /// Customers become persons.
  case identity
  /// Lanes learn from sessions and score by what was learned.
  case predictions
}
