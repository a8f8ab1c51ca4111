/// A failure of a log, named by what the caller must do about it.
public struct LogError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the caller must do.
  public enum Reaction: String, Sendable, CaseIterable {
    /// The same call with the same arguments may succeed; nothing was lost.
    case retry
    /// Abort the transaction, drop what was reduced since the last commit, read again from the committed positions.
    case abortAndRewind
    /// Another instance owns the partitions now: drop the lanes, write nothing more with them, rejoin.
    case ownershipLost
    /// The result of a commit is unknown: treat as not committed, drop the lanes, re-read what was stored.
    case commitUnknown
    /// A person must act: stop with this message.
    case fatal
  }

  /// What the caller must do.
  public var reaction: Reaction
  /// A stable short code, for example `leaseLost` or librdkafka's `ERR__FENCED`.
  public var code: String
  /// What happened, for a person, with the values involved.
  public var message: String

  /// Creates an error.
  public init(_ reaction: Reaction, code: String, _ message: String) {
    self.reaction = reaction
    self.code = code
    self.message = message
  }

  /// The code of a record that its topic does not take, whatever the log. Writing it again would fail again, so a person
  /// must raise the topic's limit.
  public static let recordTooLarge = "recordTooLarge"

  /// A record that is larger than its topic takes.
  ///
  /// - Parameter limit: the topic's `max.message.bytes`, if the log knows it.
  public static func recordTooLarge(topic: String, bytes: Int, limit: Int?) -> LogError {
    LogError(
      .fatal, code: recordTooLarge,
      "a record of \(bytes) bytes is larger than topic '\(topic)' takes"
        + (limit.map { ", which is \($0)" } ?? "") + ": " + recordTooLargeRemedy)
  }

  /// The code of a position that the log does not hold, whatever the log: retention removed the record, or the topic is
  /// another one than before.
  public static let offsetOutOfRange = "offsetOutOfRange"

  /// The code of a publication that an own log refuses because its input topics are full of records that nobody has read.
  public static let logFull = "logFull"

  /// What to do about a record that is too large.
  public static let recordTooLargeRemedy =
    "raise max.message.bytes of the topic; 'sojourn topics plan' shows what each topic needs, 'sojourn topics apply' "
    + "creates missing ones with it"

  /// `code: message (reaction)`.
  public var description: String { "\(code): \(message) (\(reaction.rawValue))" }
}
