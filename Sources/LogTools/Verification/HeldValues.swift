internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Every value that a lane holds while it is verified, by its id: verification asks for values by id, the processor never.
final class HeldValues: LaneObserver {
  private var values: [SessionID: Session] = [:]
  private let onGone: (SessionID) -> Void

  /// - Parameter onGone: called with the id of each value that is forgotten or merged.
  init(onGone: @escaping (SessionID) -> Void) { self.onGone = onGone }

  func changed(_ session: Session) { values[session.id] = session }

  func gone(_ session: Session) {
    onGone(session.id)
    values[session.id] = nil
  }

  /// The bytes of a value that is held, as `state` and `redo` hold it; `nil` if there is none.
  func bytes(of id: SessionID) -> [UInt8]? {
    guard let session = values[id] else { return nil }
    var writer = BinaryWriter()
    StateCodec.encode(session, to: &writer)
    return writer.bytes
  }
}
