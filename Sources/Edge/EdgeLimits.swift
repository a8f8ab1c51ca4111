/// How much of what a client sends is looked at, and how much of an operator's files is read.
package struct EdgeLimits: Sendable, Hashable {
  /// Bytes of a user agent that are looked at; what is behind them is not there.
  package var userAgentBytes = 1_024
  /// User agents whose facts are remembered; the one not seen for longest goes first.
  package var userAgentCacheEntries = 4_096
  /// Steps that one rule may take on one user agent.
  package var matchSteps = 20_000
  /// Rules that may be given up for one user agent; from then on no rule matches it.
  package var stoppedMatches = 3
  /// Bytes of the file of rules.
  package var ruleFileBytes = 8 << 20
  /// Rules in each of the file's three lists.
  package var rules = 10_000
  /// Bytes of a host, the longest that a name has in the DNS. A longer one has no domain.
  package var hostBytes = 253
  /// Bytes of a phone number as it was written. A longer one is none.
  package var phoneBytes = 64
  /// Bytes of a database of places, all of which are held in memory.
  package var placeDatabaseBytes = 1 << 30

  /// Creates the default limits.
  package init() {}
}
