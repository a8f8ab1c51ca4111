internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Every value that a lane holds while it is verified, by its id: verification asks for values by id, the processor never.
final class HeldValues: LaneObserver {
  private var values: [SessionID: StoredValue] = [:]
  private let onGone: (SessionID) -> Void

  /// - Parameter onGone: called with the id of each value that is forgotten or merged.
  init(onGone: @escaping (SessionID) -> Void) { self.onGone = onGone }

  func changed(_ value: StoredValue) { values[value.id] = value }

  func gone(_ value: StoredValue) {
    onGone(value.id)
    values[value.id] = nil
  }

  /// The bytes of a value that is held, as `state` and `redo` hold it; `nil` if there is none.
  func bytes(of id: SessionID) -> [UInt8]? {
    values[id].map { StateCodec.encoded($0) }
  }
}
