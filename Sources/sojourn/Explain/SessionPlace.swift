import EventLog
import JourneyModel
import JourneyRules
import LogTools
import Presentation
import Processor
import SessionQueries
import WireFormat

/// Where a log has a session: the lane that owns it, whose it is, and what it was merged into. Reading
/// blocks.
struct SessionPlace: Sendable {
  let lane: LaneNumber
  let customer: Explanation.Customer

  /// What the sessions topic says.
  enum Search: Sendable {
    case found(SessionPlace)
    /// No such session; the id that was probably meant.
    case unknown(nearest: String?)
  }

  /// Most ids that are kept, to name the one that was probably meant.
  private static let maxIDs = 100_000

  /// Reads the sessions topic for the newest snapshot of a session.
  static func search(_ id: String, in topic: ExistingTopic) throws -> Search {
    let reader = try topic.log.makeReader()
    defer { reader.close() }
    let partitions = (0..<topic.topic.partitions).map { TopicPartition(topic.topic.name, $0) }
    let bounds = try reader.bounds(partitions)
    var found: SessionPlace?
    var ids: Set<String> = []
    for partition in partitions {
      guard let range = bounds[partition], range.earliest < range.end else { continue }
      try reader.read(partition, from: range.earliest, to: range.end, patience: .seconds(30)) { chunk in
        for record in SessionRecord.all(in: chunk) {
          if record.key != id {
            if ids.count < maxIDs { ids.insert(record.key) }
          } else if let value = record.value, let session = SessionSnapshot(value) {
            found = SessionPlace(
              lane: partition.lane,
              customer: Explanation.Customer(id: session.customerId, idType: session.customerIdType))
          }
        }
        return true
      }
    }
    if let found { return .found(found) }
    return .unknown(nearest: Nearest.candidate(to: id, among: ids.sorted()))
  }
}
