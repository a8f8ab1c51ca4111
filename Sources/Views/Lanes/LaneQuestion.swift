internal import Bytes
package import WireFormat

/// What is asked of the lanes: of one view that has all of them, or of several that have some each. Pure but
/// for `reply`, which reads.
package protocol LaneQuestion: Sendable {
  associatedtype Reply: Sendable

  /// Names the question to peers; never given again.
  static var number: UInt8 { get }
  /// Whether one view mostly knows all of it, so that it is asked alone first.
  static var isOfOneLane: Bool { get }

  /// What a view knows. Blocks.
  func reply(from queries: ViewQueries) throws -> Reply
  /// Whether no other view can add anything.
  func isComplete(_ reply: Reply) -> Bool
  /// What a view of all lanes would reply, from the replies of some that have each lane once.
  func merged(_ replies: [Reply]) -> Reply

  func write(to writer: inout BinaryWriter)
  init(from reader: inout BinaryReader) throws(CodecError)
  func write(_ reply: Reply, to writer: inout BinaryWriter)
  func readReply(from reader: inout BinaryReader) throws(CodecError) -> Reply
}

extension LaneQuestion {
  package static var isOfOneLane: Bool { false }
  package func isComplete(_ reply: Reply) -> Bool { false }

  /// As a peer is asked.
  package var bytes: [UInt8] {
    var writer = BinaryWriter()
    writer.byte(Self.number)
    write(to: &writer)
    return writer.bytes
  }

  /// Reads a peer's reply, all of it.
  package func reply(decoding bytes: [UInt8]) throws(CodecError) -> Reply {
    var reader = BinaryReader(bytes)
    let reply = try readReply(from: &reader)
    guard reader.isAtEnd else { throw CodecError("a reply goes on behind its end") }
    return reply
  }
}

/// Every question that peers ask each other.
package enum LaneQuestions {
  /// Raised when a question or a reply has another form: peers of two forms do not understand each other, and
  /// say so.
  package static let form: UInt8 = 2

  private static let all: [any LaneQuestion.Type] = [
    SessionQuestion.self, ConversationQuestion.self, SessionsQuestion.self, SessionListQuestion.self,
    SessionEventsQuestion.self, FatesQuestion.self, TriggersQuestion.self, MatchesQuestion.self,
    IdentityQuestion.self, OffersQuestion.self, SessionLanesQuestion.self,
  ]

  /// Replies to a question in the form of `bytes`. Blocks.
  ///
  /// Throws `CodecError` for what is no question of this build.
  package static func reply(to bytes: [UInt8], from queries: ViewQueries) throws -> [UInt8] {
    var reader = BinaryReader(bytes)
    let number = try reader.byte()
    guard let type = all.first(where: { $0.number == number }) else {
      throw CodecError("question \(number) is not known to this build")
    }
    return try reply(to: type, &reader, queries)
  }

  private static func reply<Question: LaneQuestion>(
    to type: Question.Type, _ reader: inout BinaryReader, _ queries: ViewQueries
  ) throws -> [UInt8] {
    let question = try Question(from: &reader)
    guard reader.isAtEnd else { throw CodecError("a question goes on behind its end") }
    var writer = BinaryWriter()
    question.write(try question.reply(from: queries), to: &writer)
    return writer.bytes
  }
}
