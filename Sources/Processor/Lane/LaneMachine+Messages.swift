internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// Messages of lanes to lanes.
///
/// A message stands in its owner's partition of `routed` and is taken in the order of events: merged by its
/// cause's event time, behind whatever stands before it there. It moves no watermark and is nobody's input as
/// far as ticks go.
extension LaneMachine {
  /// Takes a message that was read.
  func receive(
    _ input: DecodedChunk, _ index: Int, _ records: inout OutputBatch, _ counts: inout BatchCounts
  ) {
    let received = input.messages[index]
    let message = received.message
    func refuse(_ reason: RejectionReason, _ explanation: String) {
      reject(input, record: received.record, reason, explanation, &records)
      counts.rejected += 1
    }
    guard let key = input.chunk.entries[received.record].key else {
      return refuse(.badMessage, "a message has no key")
    }
    let name = input.chunk.bytes[key.indices]
    let isAddressed = handler?.kinds.first { $0.number == message.kind }?.isAddressed ?? false
    guard (isAddressed ? MessageKind.lane(ofKey: name) : owner(of: name)) == lane else {
      return refuse(.misplaced, "a message stands in a partition that does not own its key")
    }
    guard LaneNumber.all(of: settings.partitions).contains(message.sender.lane) else {
      return refuse(.badMessage, "there is no lane \(message.sender.lane)")
    }
    guard let handler, let kind = handler.kinds.first(where: { $0.number == message.kind }) else {
      return refuse(.unknownMessage, "messages of kind \(message.kind) are not known to this build")
    }
    guard kind.versions.contains(message.payloadVersion) else {
      return refuse(
        .unknownMessage,
        "messages of kind \(kind.name) are known up to version \(kind.versions.upperBound), not \(message.payloadVersion)"
      )
    }
    let mark = MessageMark(message.sender)
    if let known = receivedMessages[message.sender.lane], mark <= known,
      settings.messaging?.passesOverRepetitions ?? true
    {
      counts.duplicates += 1
      return
    }
    do {
      try handler.apply(message, in: self)
    } catch {
      return refuse(.badMessage, "the message is damaged: \(error)")
    }
    receivedMessages[message.sender.lane] = mark
    counts.messages += 1
    deliver(&records)
  }

  /// Writes what is to be sent, and applies at once what goes to this very lane.
  func deliver(_ records: inout OutputBatch) {
    while !outbox.isEmpty {
      // What applying one sends goes behind what was sent before.
      for letter in outbox.take() {
        let target = letter.lane ?? owner(of: letter.name[...])
        if target == lane {
          applyOwn(letter)
        } else {
          messages.write(
            letter.message, letter.payload, lane: letter.lane, letter.name, to: settings.topics.routed,
            partition: target.partition, &records)
        }
      }
      for one in outbox.takePublications() {
        records.append(
          settings.topics[one.topic], partition: one.lane.partition, key: one.key, value: one.value,
          headers: one.headers)
      }
    }
  }

  /// Has timers of persons do what is due.
  func fireDue(_ records: inout OutputBatch) {
    guard let handler, sessionizer.hasDue else { return }
    for one in sessionizer.takeDue() { handler.due(one.record, at: one.time, in: self) }
    deliver(&records)
  }

  private func applyOwn(_ letter: MessageOutbox.Letter) {
    do {
      try handler?.apply(own: letter.payload, letter.message, in: self)
    } catch {
      preconditionFailure("a handler cannot read what it has written: \(error)")
    }
  }

  private func owner(of key: ArraySlice<UInt8>) -> LaneNumber {
    Placement.lane(of: key, partitions: settings.partitions)
  }
}
