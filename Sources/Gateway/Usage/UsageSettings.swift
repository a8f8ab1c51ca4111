/// How the journal is followed for usage.
package struct UsageSettings: Sendable {
  /// The processor's group.
  package var group: String
  /// This follower's name among those of the group.
  package var instance: String
  /// Topics, prefix included.
  package var journal: String
  package var usage: String
  /// How often changed numbers are written.
  package var interval: Duration = .seconds(5)
  /// How often the position is written while nothing is used.
  package var idleInterval: Duration = .seconds(60)
  /// How long it rests when there is nothing to read: on the embedded log waiting is looking again and again.
  package var rest: Duration = .milliseconds(500)
  /// Attempts at a request that a log asks for again.
  package var maxRetries = 10

  package init(group: String, instance: String, journal: String, usage: String) {
    self.group = group
    self.instance = instance
    self.journal = journal
    self.usage = usage
  }

  /// The group that follows the journal. Its position and the numbers are written in one transaction.
  var followers: String { group + "-usage" }
}
