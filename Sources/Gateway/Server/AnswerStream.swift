/// An answer without a known end, with status 200: what it begins with, and who goes on with it.
package struct StreamPlan: Sendable {
  /// Header fields besides connection and request id.
  package var fields: [Answer.Field]
  /// The first bytes of the body.
  package var first: [UInt8]
  /// Called once `first` is written, on the connection's event loop, which it may not block.
  package var opened: @Sendable (AnswerStream) -> Void
  /// Called once when the connection has ended, opened or not; nothing is written any more.
  package var closed: @Sendable () -> Void

  package init(
    fields: [Answer.Field], first: [UInt8], opened: @escaping @Sendable (AnswerStream) -> Void,
    closed: @escaping @Sendable () -> Void
  ) {
    (self.fields, self.first, self.opened, self.closed) = (fields, first, opened, closed)
  }
}

/// Where an answer is written to, from any thread. One write at a time: the next one when the one before is
/// with the client's system, so that a slow reader is noticed, and closed when it takes too long.
package struct AnswerStream: Sendable {
  private let writeBytes: @Sendable ([UInt8], @escaping @Sendable (Bool) -> Void) -> Void
  private let finish: @Sendable () -> Void

  init(
    write: @escaping @Sendable ([UInt8], @escaping @Sendable (Bool) -> Void) -> Void,
    end: @escaping @Sendable () -> Void
  ) {
    (writeBytes, finish) = (write, end)
  }

  /// Writes bytes.
  ///
  /// - Parameter then: hears whether they were written; not, if the connection has ended.
  func write(_ bytes: [UInt8], then: @escaping @Sendable (Bool) -> Void) { writeBytes(bytes, then) }

  /// Ends the answer and the connection.
  func end() { finish() }
}
