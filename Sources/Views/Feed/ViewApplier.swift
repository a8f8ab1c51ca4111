internal import Bytes
internal import EventLog
internal import JourneyModel
internal import WireFormat

/// What records of the topics mean for the view. Pure: asks nobody, writes nothing.
struct ViewApplier {
  /// What a topic holds.
  enum Kind: Equatable {
    case sessions, contacts, derived, rejected, journal, definitions
    case events(Stream)
  }

  let topics: TopicNames
  /// Reads the input topics; `nil` if they are left alone.
  var events: EventReader?

  /// The topics that are read, in the order of their names' first mention.
  var names: [String] {
    let inputs = events == nil ? [] : Stream.allCases.compactMap { topics.inputs[$0] }
    return [topics.sessions, topics[.contacts]] + topics.derived + [
      topics.rejected, topics.journal, topics.definitions,
    ] + inputs
  }

  /// Whether a log may do without a topic: there are no persons where nobody looks for them, and not every
  /// stream is used.
  func isOptional(_ topic: String) -> Bool {
    switch kind(of: topic) {
    case .contacts, .events: true
    default: false
    }
  }

  /// Whether a topic's partitions are lanes of which a view may leave some out.
  func isByLane(_ topic: String) -> Bool {
    switch kind(of: topic) {
    case .sessions, .derived: true
    default: false
    }
  }

  func kind(of topic: String) -> Kind? {
    switch topic {
    case topics.sessions: .sessions
    case topics[.contacts]: .contacts
    case topics.rejected: .rejected
    case topics.journal: .journal
    case topics.definitions: .definitions
    default:
      topics.derived.contains(topic) ? .derived : topics.stream(of: topic).map { .events($0) }
    }
  }

  /// The rows of a chunk, in its order.
  ///
  /// - Parameter unreadable: hears of records that are not what their topic holds.
  func rows(of chunk: RecordChunk, unreadable: (RecordOffset) -> Void) -> [ViewRow] {
    guard let kind = kind(of: chunk.source.topic) else { return [] }
    // What is no event there has its dead letter, or was told to its sender.
    if case .events(let stream) = kind { return events?.rows(of: chunk, stream).map { .event($0) } ?? [] }
    var rows: [ViewRow] = []
    rows.reserveCapacity(chunk.entries.count)
    for entry in chunk.entries {
      switch row(of: entry, in: chunk, kind) {
      case .row(let row): rows.append(row)
      case .nothing: break
      case .unreadable: unreadable(entry.offset)
      }
    }
    return rows
  }

  private enum Reading {
    case row(ViewRow)
    case nothing
    case unreadable
  }

  private func row(of entry: RecordChunk.Entry, in chunk: RecordChunk, _ kind: Kind) -> Reading {
    switch kind {
    case .sessions: session(entry, chunk)
    case .contacts: contact(entry, chunk)
    case .derived: derived(entry, chunk)
    case .rejected: rejected(entry, chunk)
    case .journal: lane(entry, chunk)
    case .definitions: definition(entry, chunk)
    case .events: .nothing
    }
  }

  private func session(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> Reading {
    guard let key = chunk.copy(entry.key), let id = String(validating: key, as: UTF8.self) else {
      return .unreadable
    }
    guard let value = chunk.copy(entry.value) else {
      return .row(.removal(id: id, written: entry.timestamp))
    }
    guard let facts = SnapshotFacts(JSONWalk(bytes: value)), facts.id == id else { return .unreadable }
    return .row(
      .session(
        SessionRow(
          lane: chunk.source.lane, written: entry.timestamp, facts: facts, snapshot: value)))
  }

  private func contact(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> Reading {
    guard let key = chunk.copy(entry.key), let id = String(validating: key, as: UTF8.self) else {
      return .unreadable
    }
    guard let value = chunk.copy(entry.value) else {
      return .row(.contactRemoval(id: id, written: entry.timestamp))
    }
    guard let facts = ContactFacts(JSONWalk(bytes: value)), facts.id == id else { return .unreadable }
    return .row(.contact(ContactRow(written: entry.timestamp, facts: facts, json: value)))
  }

  private func derived(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> Reading {
    guard let value = chunk.copy(entry.value) else { return .nothing }
    guard let facts = DerivedFacts(JSONWalk(bytes: value)) else { return .unreadable }
    return .row(
      .derived(
        DerivedRow(
          topic: chunk.source.topic, lane: chunk.source.lane, offset: entry.offset.value,
          written: entry.timestamp, facts: facts, json: value)))
  }

  private func rejected(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> Reading {
    let headers = HeaderBlock(bytes: chunk.copy(entry.headers) ?? [])
    guard let reason = headers.text("sojourn-reason") else { return .unreadable }
    let value = chunk.copy(entry.value) ?? []
    return .row(
      .rejected(
        RejectedRow(
          lane: chunk.source.lane, offset: entry.offset.value, written: entry.timestamp, reason: reason,
          explanation: headers.text("sojourn-explanation") ?? "",
          topic: headers.text("sojourn-origin-topic") ?? "",
          originPartition: headers.text("sojourn-origin-partition").flatMap { Int32($0) } ?? -1,
          originOffset: headers.text("sojourn-origin-offset").flatMap { Int64($0) } ?? -1,
          head: Array(value.prefix(RejectedRow.maxHeadBytes)), bytes: value.count)))
  }

  private func lane(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> Reading {
    guard let value = chunk.copy(entry.value) else { return .nothing }
    guard let record = try? JournalRecord(decoding: value) else { return .unreadable }
    return .row(
      .lane(
        LaneRow(
          record: record, lane: chunk.source.lane, offset: entry.offset.value,
          sequence: record.sequence.value,
          takenAt: record.takenAt.milliseconds, journal: value)))
  }

  private func definition(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> Reading {
    guard let key = chunk.copy(entry.key) else { return .unreadable }
    return .row(.definition(key: String(decoding: key, as: UTF8.self), value: chunk.copy(entry.value)))
  }
}
