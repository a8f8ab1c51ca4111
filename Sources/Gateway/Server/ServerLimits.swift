/// What a client of the ingest server may take of it. Whoever exceeds a limit is told which.
package struct ServerLimits: Sendable, Hashable {
  /// Most connections at a time; one more is answered with 503 and closed.
  package var maxConnections = 4_096
  /// Most connections of one address: an IPv4 address, or the /64 of an IPv6 address.
  package var maxConnectionsPerAddress = 256
  /// Most requests at a time of one connection over HTTP/2; one more is refused by the protocol.
  package var maxStreams = 100
  /// Longest request target in bytes; a longer one is answered with 414.
  package var maxTargetBytes = 8_192
  /// Most bytes of header names and values; more are answered with 431.
  package var maxHeaderBytes = 16_384
  /// Most header fields; more are answered with 431.
  package var maxHeaderFields = 100
  /// How long a connection may be silent between two requests.
  package var keepAlive: Duration = .seconds(60)
  /// How long a request's head may take from its first byte.
  package var headDeadline: Duration = .seconds(10)
  /// How long a request's body may take.
  package var bodyDeadline: Duration = .seconds(30)
  /// After how long a body has to come at `minBodyRate`.
  package var bodyGrace: Duration = .seconds(5)
  /// Least bytes of body a second, once `bodyGrace` is over.
  package var minBodyRate = 1_024
  /// How long the work on a request may take until its client hears that the outcome is unknown.
  package var answerDeadline: Duration = .seconds(10)
  /// How long a client may take to read an answer.
  package var responseDeadline: Duration = .seconds(10)
  /// How long a connection stays half closed after an early answer, so that the client reads that instead of
  /// a reset.
  package var linger: Duration = .seconds(1)
  /// Largest body in bytes that is read and dropped, so that the connection lives on, where the answer does
  /// not need it.
  package var maxDroppedBytes = 65_536

  /// Creates the default limits.
  package init() {}

  /// How often a connection looks at its deadlines: each may be late by so much.
  var tick: Duration {
    let shortest =
      [
        keepAlive, headDeadline, bodyDeadline, answerDeadline, responseDeadline, linger, bodyGrace,
      ].min() ?? .seconds(1)
    return min(max(shortest / 4, .milliseconds(10)), .seconds(1))
  }
}
