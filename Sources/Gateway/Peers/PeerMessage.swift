internal import Bytes
internal import JourneyModel
internal import Views
internal import WireFormat

/// What a peer is asked.
struct PeerRequest: Sendable {
  static let path = "/v1/peer"

  enum Subject: Sendable {
    /// A question of `LaneQuestions`.
    case question([UInt8])
    /// What has changed behind a position; without one, only where the newest change is.
    case changes(after: ViewChanges.Position?)
  }

  /// What the answer has to have, as text; empty for nothing.
  var token = ""
  /// Whether that is also what lanes told one another because of it.
  var settles = false
  /// How long the peer may wait for that, or for something to change, in milliseconds.
  var wait = 0
  var subject: Subject

  var bytes: [UInt8] {
    var writer = BinaryWriter()
    writer.byte(LaneQuestions.form)
    writer.text(Array(token.utf8))
    writer.byte(settles ? 1 : 0)
    writer.number(wait)
    switch subject {
    case .question(let question):
      writer.byte(0)
      writer.text(question)
    case .changes(let position):
      writer.byte(1)
      writer.text(Array((position?.text ?? "").utf8))
    }
    return writer.bytes
  }

  init(token: String = "", settles: Bool = false, wait: Int = 0, _ subject: Subject) {
    (self.token, self.settles, self.wait, self.subject) = (token, settles, wait, subject)
  }

  init(decoding bytes: [UInt8]) throws(CodecError) {
    var reader = BinaryReader(bytes)
    let form = try reader.byte()
    guard form == LaneQuestions.form else {
      throw CodecError("the question is of form \(form), expected \(LaneQuestions.form)")
    }
    token = String(decoding: try reader.text(), as: UTF8.self)
    settles = try reader.byte() != 0
    wait = try reader.number()
    switch try reader.byte() {
    case 0: subject = .question(try reader.text())
    case 1:
      let text = String(decoding: try reader.text(), as: UTF8.self)
      guard !text.isEmpty else {
        subject = .changes(after: nil)
        break
      }
      guard let position = ViewChanges.Position(text) else { throw CodecError("no position") }
      subject = .changes(after: position)
    case let byte: throw CodecError("subject \(byte) is not known to this build")
    }
    guard reader.isAtEnd else { throw CodecError("the question goes on behind its end") }
  }
}

/// What a peer answers.
struct PeerReply: Sendable {
  enum Content: Sendable {
    /// What was asked for, and as of when it is complete.
    case reply([UInt8], asOf: EventTime)
    /// The view is being made, or has not the events of the token.
    case notCaughtUp(String)
    case failed(String)
  }

  /// Lanes of the peer's view.
  var lanes: LaneSet
  var content: Content

  var bytes: [UInt8] {
    var writer = BinaryWriter()
    writer.byte(LaneQuestions.form)
    writer.text(Array(lanes.description.utf8))
    switch content {
    case .reply(let bytes, let asOf):
      writer.byte(0)
      writer.fixed(UInt64(bitPattern: asOf.milliseconds))
      writer.text(bytes)
    case .notCaughtUp(let reason):
      writer.byte(1)
      writer.text(Array(reason.utf8))
    case .failed(let reason):
      writer.byte(2)
      writer.text(Array(reason.utf8))
    }
    return writer.bytes
  }

  init(lanes: LaneSet, _ content: Content) { (self.lanes, self.content) = (lanes, content) }

  init(decoding bytes: [UInt8]) throws(CodecError) {
    var reader = BinaryReader(bytes)
    let form = try reader.byte()
    guard form == LaneQuestions.form else {
      throw CodecError("the answer is of form \(form), expected \(LaneQuestions.form)")
    }
    guard let lanes = LaneSet(String(decoding: try reader.text(), as: UTF8.self)) else {
      throw CodecError("the answer names no lanes")
    }
    self.lanes = lanes
    switch try reader.byte() {
    case 0:
      let asOf = try reader.time()
      content = .reply(try reader.text(), asOf: asOf)
    case 1: content = .notCaughtUp(String(decoding: try reader.text(), as: UTF8.self))
    case 2: content = .failed(String(decoding: try reader.text(), as: UTF8.self))
    case let byte: throw CodecError("answer \(byte) is not known to this build")
    }
    guard reader.isAtEnd else { throw CodecError("the answer goes on behind its end") }
  }
}
