internal import EventLog
internal import JourneyModel
internal import WireFormat

/// A message that one lane of a replay has for another: handed over between portions, as there is no log.
struct ReplayMessage: Sendable {
  var from: LaneNumber
  var to: LaneNumber
  var key: [UInt8]
  var value: [UInt8]

  /// Messages as a lane is handed them: as if they had been read.
  static func chunk(_ messages: [ReplayMessage], _ topic: String, _ lane: LaneNumber) -> DecodedChunk {
    var chunk = RecordChunk(source: TopicPartition(topic, lane: lane), next: NextOffset(0))
    var received: [ReceivedMessage] = []
    for (number, one) in messages.enumerated() {
      guard let message = try? LaneMessage(decoding: one.value) else {
        preconditionFailure("a lane cannot read what another has written")
      }
      chunk.append(
        offset: RecordOffset(Int64(number)), timestamp: -1, key: one.key, value: one.value,
        headers: HeaderBlock([]))
      received.append(ReceivedMessage(record: number, message: message))
    }
    chunk.seal()
    var decoded = DecodedChunk(chunk: chunk, batch: EventBatch(), rejections: [])
    decoded.messages = received
    return decoded
  }
}

/// What lanes of a replay have for each other, and the contacts that have come of it.
struct ReplayPersons {
  /// By the lane that they are for, in the order of their senders.
  private var waiting: [[ReplayMessage]]
  /// The newest value of each contact.
  private(set) var contacts: [[UInt8]: [UInt8]] = [:]

  init(lanes: Int) { waiting = Array(repeating: [], count: lanes) }

  var isQuiet: Bool { waiting.allSatisfy(\.isEmpty) }

  /// Takes in what a lane has given. Outputs are taken in the order of lanes: then nothing depends on which
  /// was done first.
  mutating func take(_ output: ReplayLane.Output) {
    for message in output.messages { waiting[message.to.index].append(message) }
    for contact in output.contacts { contacts[contact.id] = contact.value }
  }

  /// Takes out what waits for a lane.
  mutating func messages(for lane: LaneNumber) -> [ReplayMessage] {
    defer { waiting[lane.index] = [] }
    return waiting[lane.index]
  }

  /// The contacts, one JSON object a line, in order of their ids.
  var lines: [UInt8] {
    var lines: [UInt8] = []
    for id in contacts.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      lines += contacts[id] ?? []
      lines.append(ASCII.newline)
    }
    return lines
  }
}
