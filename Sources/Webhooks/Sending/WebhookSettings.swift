/// What the senders of all targets share.
package struct WebhookSettings: Sendable {
  /// The processor's group; each target has a group of its own behind it.
  package var group: String
  /// This process among those that share the work.
  package var instance: String
  /// Full name of the topic of triggers.
  package var actions: String
  /// Full name of the topic of dead letters.
  package var failures: String
  /// What requests call themselves.
  package var agent: String
  /// How long settled triggers wait for the commit that says so.
  package var commitInterval: Duration = .milliseconds(200)
  /// How long positions wait that passed nothing but records of no interest.
  package var idleCommitInterval: Duration = .seconds(5)
  /// How long requests under way are waited for when partitions are taken away, and at the end.
  package var patience: Duration = .seconds(5)
  /// Longest wait for records while nothing is under way.
  package var idlePoll: Duration = .milliseconds(100)
  /// Longest wait for records while something is.
  package var busyPoll: Duration = .milliseconds(10)
  /// Attempts of one request to the log.
  package var maxRetries = 5

  /// Creates settings.
  package init(group: String, instance: String, actions: String, failures: String, agent: String) {
    self.group = group
    self.instance = instance
    self.actions = actions
    self.failures = failures
    self.agent = agent
  }

  /// The group of a target. One each, so that nobody waits for a target but its own triggers.
  package func group(of target: String) -> String { "\(group)-webhooks-\(target)" }
}
