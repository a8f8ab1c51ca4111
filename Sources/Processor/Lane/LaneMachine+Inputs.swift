internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

extension LaneMachine {
  /// A position in the chunks of one partition.
  private struct Cursor {
    var source: TopicPartition
    var rank: Int
    var chunks: [Int]
    var chunk = 0
    var event = 0
    var message = 0
    var command = 0

    @inline(__always)
    func isAtEnd(of input: borrowing DecodedChunk) -> Bool {
      event >= input.batch.events.count && message >= input.messages.count
        && command >= input.commands.count
    }

    /// The next input of the chunk at hand, which is not at its end: of events and messages the one that
    /// stands first in the partition. Commands have a topic of their own.
    @inline(__always)
    func head(of input: borrowing DecodedChunk) -> LaneInput {
      guard command >= input.commands.count else { return .command(command) }
      guard message < input.messages.count else { return .event(event) }
      guard event < input.batch.events.count,
        Int(input.batch.events[event].record) < input.messages[message].record
      else { return .message(message) }
      return .event(event)
    }

    mutating func advance(past input: LaneInput) {
      switch input {
      case .event: event += 1
      case .message: message += 1
      case .command: command += 1
      }
    }

    /// Goes on to the next chunk.
    mutating func next() {
      chunk += 1
      event = 0
      message = 0
      command = 0
    }
  }

  /// What a lane takes, one after the other: the number of an event, a message or a command in its chunk.
  private enum LaneInput {
    case event(Int)
    case message(Int)
    case command(Int)
  }

  /// Admits the batch's events.
  ///
  /// Records of one partition keep their offset order; partitions are merged by the event time at their
  /// heads. Where a batch ends therefore never decides which of a customer's events comes first.
  ///
  /// - Returns: what became of the records; the journal counts it as well.
  func reduceInputs(
    _ batch: LaneBatch, _ records: inout OutputBatch, _ journal: inout JournalRecord
  ) -> BatchCounts {
    var counts = BatchCounts()
    for (topic, position) in batch.positions { journal.ranges[topic] = position..<position }
    var cursors: [Cursor] = []
    for (index, input) in batch.inputs.enumerated() {
      let source = input.chunk.source
      counts.read += input.chunk.entries.count
      rejections.read(input.chunk.entries.count, of: source.topic)
      let from = input.chunk.entries.first?.offset.value ?? input.chunk.next.value
      if let known = journal.ranges[source.topic] {
        journal.ranges[source.topic] = known.lowerBound..<max(known.upperBound, input.chunk.next.value)
      } else {
        journal.ranges[source.topic] = from..<max(from, input.chunk.next.value)
      }
      if let known = cursors.firstIndex(where: { $0.source == source }) {
        cursors[known].chunks.append(index)
      } else {
        let rank = settings.topics.consumed.firstIndex(of: source.topic) ?? Int.max
        cursors.append(Cursor(source: source, rank: rank, chunks: [index]))
      }
    }
    cursors.sort { $0.rank == $1.rank ? $0.source < $1.source : $0.rank < $1.rank }
    // Topic after topic, not in the order in which the log happened to hand the chunks over: the journal does
    // not know it.
    for index in cursors.flatMap(\.chunks) {
      for rejection in batch.inputs[index].rejections {
        reject(
          batch.inputs[index], record: rejection.record, rejection.reason, rejection.message, &records)
        counts.rejected += 1
      }
      for one in batch.inputs[index].ignored {
        rejections.ignore(batch.inputs[index].chunk.source.topic, one.kind)
        counts.ignored += 1
      }
    }
    if cursors.count == 1 {
      for index in cursors[0].chunks { admitAll(batch.inputs[index], &records, &counts) }
    } else {
      merge(&cursors, batch, &records, &counts)
    }
    journal.counts = journal.counts + counts
    return counts
  }

  private func admitAll(_ input: DecodedChunk, _ records: inout OutputBatch, _ counts: inout BatchCounts) {
    guard input.messages.isEmpty, input.commands.isEmpty else {
      var cursor = Cursor(source: input.chunk.source, rank: 0, chunks: [])
      while !cursor.isAtEnd(of: input) {
        let head = cursor.head(of: input)
        take(head, of: input, &records, &counts)
        cursor.advance(past: head)
      }
      return
    }
    for index in input.batch.events.indices { admit(input, index, &records, &counts) }
  }

  private func take(
    _ head: LaneInput, of input: DecodedChunk, _ records: inout OutputBatch, _ counts: inout BatchCounts
  ) {
    switch head {
    case .event(let index): admit(input, index, &records, &counts)
    case .message(let index): receive(input, index, &records, &counts)
    case .command(let index): obey(input, index, &records, &counts)
    }
  }

  private func merge(
    _ cursors: inout [Cursor], _ batch: LaneBatch, _ records: inout OutputBatch, _ counts: inout BatchCounts
  ) {
    while true {
      var best: Int?
      var bestHead = LaneInput.event(0)
      var bestTime = EventTime(milliseconds: 0)
      for index in cursors.indices {
        while cursors[index].chunk < cursors[index].chunks.count,
          cursors[index].isAtEnd(of: batch.inputs[cursors[index].chunks[cursors[index].chunk]])
        {
          cursors[index].next()
        }
        guard cursors[index].chunk < cursors[index].chunks.count else { continue }
        let input = cursors[index].chunks[cursors[index].chunk]
        let head = cursors[index].head(of: batch.inputs[input])
        let time =
          switch head {
          case .event(let event): batch.inputs[input].batch.events[event].time
          case .message(let message): batch.inputs[input].messages[message].message.time
          case .command(let command): batch.inputs[input].commands[command].command.time
          }
        if best == nil || time < bestTime {
          best = index
          bestHead = head
          bestTime = time
        }
      }
      guard let best else { return }
      take(bestHead, of: batch.inputs[cursors[best].chunks[cursors[best].chunk]], &records, &counts)
      cursors[best].advance(past: bestHead)
    }
  }

  private func admit(
    _ input: DecodedChunk, _ index: Int, _ records: inout OutputBatch, _ counts: inout BatchCounts
  ) {
    if index.isMultiple(of: Sessionizer.prefetchedEvents) {
      sessionizer.prefetch(from: index, of: input.batch)
    }
    let owner = input.batch.events[index].lane
    if owner != lane {
      let record = Int(input.batch.events[index].record)
      if input.chunk.source.topic == settings.topics.routed {
        reject(input, record: record, .misplaced, nil, &records)
        counts.rejected += 1
      } else {
        route(input, index, to: owner, &records)
        counts.routed += 1
      }
      return
    }
    let opened = sessionizer.openedCount
    switch sessionizer.admit(input.batch.events[index], of: input.batch, into: &effects) {
    case .applied:
      counts.applied += 1
      noteUsage(input, index, sessions: sessionizer.openedCount - opened)
      if handler != nil {
        // Nearly every event says nothing of persons, and has nothing sent.
        if sessionizer.folded != nil, let handler, let session = sessionizer.folded {
          handler.applied(input.batch.events[index], of: input.batch, to: session, in: self)
        }
        if sessionizer.hasDue { fireDue(&records) }
        if !outbox.isEmpty { deliver(&records) }
      }
    case .duplicate: counts.duplicates += 1
    case .rejected(let reason):
      let event = input.batch.events[index]
      let bound = sessionizer.timeBound(of: event, in: input.batch, rejectedFor: reason)
      let explanation = bound.map { RejectionText.explanation(event.time, beyond: $0) }
      reject(input, record: Int(event.record), reason, explanation, &records)
      counts.rejected += 1
    }
  }

  /// Counts an applied event for the source that its record names.
  @inline(__always)
  private func noteUsage(_ input: DecodedChunk, _ index: Int, sessions: Int) {
    guard let headers = input.chunk.entries[Int(input.batch.events[index].record)].headers,
      let source = HeaderBlock.find(UsageCounts.header, in: input.chunk.bytes, headers)
    else { return }
    usage.note(input.chunk.bytes, source, input.batch.events[index].stream, sessions: sessions)
  }

  /// Forwards the original bytes to the lane that owns the event.
  private func route(_ input: DecodedChunk, _ index: Int, to owner: LaneNumber, _ records: inout OutputBatch)
  {
    let event = input.batch.events[index]
    let entry = input.chunk.entries[Int(event.record)]
    var origin = Origin(of: input.chunk, entry: entry, topics: settings.topics)
    origin.stream = event.stream.name
    var headers = origin.headers
    // The owner counts the event for who sent it.
    if let known = entry.headers,
      let name = HeaderBlock.find(UsageCounts.header, in: input.chunk.bytes, known)
    {
      headers.append(UsageCounts.headerName, UsageCounts.forwarded(input.chunk.bytes[name]))
    }
    records.append(
      settings.topics.routed, partition: owner.partition,
      key: Array(input.batch.bytes[event.placementKey.indices]),
      value: input.chunk.copy(entry.value), headers: headers)
  }

  /// Writes a dead letter: the original bytes, with reason and origin as headers.
  func reject(
    _ input: DecodedChunk, record: Int, _ reason: RejectionReason, _ explanation: String?,
    _ records: inout OutputBatch
  ) {
    rejections.reject(input.chunk.source.topic, reason)
    let entry = input.chunk.entries[record]
    let origin = Origin(of: input.chunk, entry: entry, topics: settings.topics)
    var headers = origin.headers
    headers.append("sojourn-reason", Array(reason.rawValue.utf8))
    headers.append("sojourn-explanation", Array((explanation ?? reason.explanation).utf8))
    headers.append("ce_specversion", Array("1.0".utf8))
    headers.append("ce_type", Array((OutputTopic.rejected.entry.eventType ?? "").utf8))
    headers.append("ce_source", Array("/sojourn/\(settings.group)/\(lane)".utf8))
    headers.append("ce_id", Array("\(origin.topic)/\(origin.partition)/\(origin.offset)".utf8))
    headers.append("ce_subject", Array(reason.rawValue.utf8))
    records.append(
      settings.topics.rejected, partition: lane.partition, key: input.chunk.copy(entry.key),
      value: input.chunk.copy(entry.value), headers: headers)
  }
}
