/// Why a record that is known changes nothing. The raw values are public: they are in counts and metrics.
public enum IgnoredKind: String, Sendable, CaseIterable {
  /// An outcome of a flow: says nothing of who takes part.
  case flowOutcome
  /// The heartbeat of a notification channel.
  case heartbeat
}
