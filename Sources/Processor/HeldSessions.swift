internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// The sessions that a machine holds, by id: the machine itself finds them by key only.
final class HeldSessions {
  private(set) var byID: [SessionID: Session] = [:]
  /// Called with each session that is held no longer.
  var onGone: ((SessionID) -> Void)?

  /// Notes a session that was touched or taken over.
  func note(_ session: Session) {
    if session.lifecycle == .forgotten || session.lifecycle == .merged {
      byID[session.id] = nil
      onGone?(session.id)
    } else {
      byID[session.id] = session
    }
  }

  /// The value of a session, as `state` and `redo` hold it; `nil` if it is not held.
  func value(of id: SessionID) -> [UInt8]? {
    guard let session = byID[id] else { return nil }
    var writer = BinaryWriter()
    StateCodec.encode(session, to: &writer)
    return writer.bytes
  }
}
