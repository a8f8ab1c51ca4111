import JourneyModel
import Processor
import Sessionizer
import WireFormat

/// The largest record of each topic under some settings, in bytes.
struct RecordSizes {
  /// An event with key and headers.
  let input: Int
  /// A trigger that was not delivered: the trigger, and headers that say why.
  let deadTrigger: Int
  /// An event that was refused, and headers that say why.
  let refused: Int
  private let forwarded: Int
  private let snapshot: Int
  private let derivedEvent: Int
  private let value: Int
  private let changes: Int

  /// - Parameter maxRefusedBytes: the largest refused event that is kept.
  init(_ lanes: LaneSettings, maxRefusedBytes: Int) {
    refused = maxRefusedBytes + 65_536
    // A routed or rejected record is its input plus headers and, at worst, a longer key.
    input = lanes.decoding.maxEventBytes + 65_536
    forwarded = input + 65_536
    // Key and headers of a snapshot are its ids and the group's name.
    snapshot = max(forwarded, lanes.maxSnapshotBytes + 65_536)
    // Facts of the session, what a definition shows, inputs of a flow, and why.
    derivedEvent = max(1_048_576, snapshot + 524_288)
    deadTrigger = derivedEvent + 65_536
    // A session is closed by its bytes only after the event that exceeds them, and writing may escape each
    // byte once.
    value = (lanes.sessions.maxSessionBytes + lanes.decoding.maxEventBytes) * 2 + 131_072
    changes = value + lanes.maxRedoBytes
  }

  func bytes(_ size: OutputEntry.Size) -> Int {
    switch size {
    case .forwarded: forwarded
    case .snapshot: snapshot
    case .derivedEvent: derivedEvent
    case .value: value
    case .changes: changes
    case .small: 1_048_576
    }
  }
}
