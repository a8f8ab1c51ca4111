package import JourneyModel
internal import Synchronization

/// Lane files in memory: for the simulation and tests, which tear and exchange them. A process that is killed
/// leaves what it published and nothing else.
package final class MemoryLaneFiles: LaneFiles {
  private let files = Mutex<[LaneNumber: [UInt8]]>([:])

  /// Keeps nothing yet.
  package init() {}

  /// The bytes of a lane's file, to look at and to damage; `nil` for none.
  package subscript(_ lane: LaneNumber) -> [UInt8]? {
    get { files.withLock { $0[lane] } }
    set { files.withLock { $0[lane] = newValue } }
  }

  /// Opens a lane's file; `nil` if there is none.
  package func open(_ lane: LaneNumber) -> (any LaneFileSource)? { self[lane].map(Source.init) }

  /// Starts a new file for a lane.
  package func create(_ lane: LaneNumber) -> any LaneFileDraft { Draft(lane, self) }

  private final class Source: LaneFileSource {
    private static let blockBytes = 4_096
    private let bytes: [UInt8]
    private(set) var position = 0
    var size: Int { bytes.count }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read() -> [UInt8]? {
      guard position < bytes.count else { return nil }
      let end = min(position + Source.blockBytes, bytes.count)
      defer { position = end }
      return Array(bytes[position..<end])
    }

    func close() {}
  }

  private final class Draft: LaneFileDraft {
    private let lane: LaneNumber
    private let files: MemoryLaneFiles
    private let bytes = Mutex<[UInt8]>([])

    init(_ lane: LaneNumber, _ files: MemoryLaneFiles) {
      self.lane = lane
      self.files = files
    }

    func write(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    func complete() {}
    func publish() { files[lane] = bytes.withLock { $0 } }
    func discard() {}
  }
}
