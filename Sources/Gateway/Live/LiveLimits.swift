/// How many may follow sessions, and how far they may be behind.
package struct LiveLimits: Sendable, Hashable {
  /// Scopes of one stream: tabs of a browser share one.
  static let maxScopes = 32

  /// Most streams of the process; one more is answered with 429.
  package var maxStreams = 500
  /// Most streams of one subject; where nobody says who he is, all together are one.
  package var maxStreamsPerSubject = 20
  /// Sessions that a stream may be behind; with more its reader is told to ask anew.
  package var maxQueued = 256
  /// Silence after which a stream says that it is still there.
  package var heartbeat: Duration = .seconds(15)
  /// Rest between two writes to a stream, in which changes of one session become one.
  package var pace: Duration = .milliseconds(100)
  /// Bytes of sessions after which a write has enough.
  package var writeBytes = 131_072

  package init() {}
}
