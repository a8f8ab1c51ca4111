internal import Bytes
package import JourneyModel
package import WireFormat

/// Commands by which lanes take back records of sessions that they hold no longer.
package enum SweepCommands {
  /// One for each lane, or more where it has many sessions.
  ///
  /// - Parameters:
  ///   - sessions: their ids by lane.
  ///   - id: begins the ids of the commands: what is said twice under one id and time counts once.
  package static func records(
    _ sessions: [LaneNumber: [String]], id: String, at time: EventTime, _ decoder: IdentityCommandDecoder
  ) throws(CommandProblemAt) -> [CommandRecord] {
    var records: [CommandRecord] = []
    for (lane, ids) in sessions.sorted(by: { $0.key < $1.key }) {
      for first in stride(from: 0, to: ids.count, by: IdentityCommandDecoder.mostSessions) {
        let part = ids[first..<min(first + IdentityCommandDecoder.mostSessions, ids.count)]
        var value = Array("{\"operation\":\"sweep\",\"id\":".utf8)
        JSONText.append("\(id)/\(lane)/\(first)", to: &value)
        value += Array(",\"createdDate\":\"\(time.iso8601)\",\"sessionIds\":[".utf8)
        for (index, id) in part.enumerated() {
          if index > 0 { value.append(ASCII.comma) }
          JSONText.append(id, to: &value)
        }
        value += Array("]}".utf8)
        var record = try CommandRecord(value, decoder)
        record.partition = lane.partition
        records.append(record)
      }
    }
    return records
  }
}
