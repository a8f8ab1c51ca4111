internal import EventLog
internal import JourneyModel
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// A batch is written whole or not at all, in every topic of the catalogue that lanes write:
///
/// - each record is in a transaction that also holds a journal record of the lane that wrote it, and that
///   lane's only one;
/// - what the journal counts, and what names its batch, is in the transaction of that very batch;
/// - whenever a reader of committed records looks, it sees all records of a transaction or none.
///
/// Except, for the last, while a transaction that nobody has ended yet, such as that of a process that hangs,
/// holds a partition back: of each a reader sees what is below the first open transaction there, and others
/// may have committed since.
enum AtomicityCheck {
  /// How far a reader saw at one moment. A partition that was held back is absent.
  struct Glance {
    var ends: [TopicPartition: NextOffset]
  }

  /// A committed record of an output.
  private struct Written {
    var place: TopicPartition
    var offset: RecordOffset
    var entry: OutputEntry
    /// The lane that wrote it.
    var lane: LaneNumber
    var record: SimulatedLog.CommittedRecord
  }

  static func glance(at log: SimulatedLog, _ settings: LaneSettings) throws -> Glance {
    var ends: [TopicPartition: NextOffset] = [:]
    for partition in partitions(settings) {
      let stable = try log.lastStableOffset(partition)
      if let last = log.lastRecord(partition), stable.value <= last.value { continue }
      ends[partition] = stable
    }
    return Glance(ends: ends)
  }

  /// The topics that lanes write.
  private static var entries: [OutputEntry] {
    OutputCatalog.standard.entries.filter(\.isOfLanes)
  }

  private static func partitions(_ settings: LaneSettings) -> [TopicPartition] {
    entries.flatMap { entry in
      (0..<settings.partitions).map { TopicPartition(settings.topics[entry.topic], $0) }
    }
  }

  static func run(_ run: SimulationRun, _ glances: [Glance], _ journals: [[JournalRecord]]) throws {
    let transactions = try transactions(run)
    for (number, records) in transactions.sorted(by: { $0.key < $1.key }) {
      judge(number, records, run, journals)
    }
    for (number, glance) in glances.enumerated() {
      for (transaction, records) in transactions {
        let known = records.filter { glance.ends[$0.place] != nil }
        guard let first = known.first else { continue }
        run.count(.seenByReader)
        func isSeen(_ record: Written) -> Bool {
          glance.ends[record.place].map { record.offset.value < $0.value } ?? false
        }
        if let other = known.first(where: { isSeen($0) != isSeen(first) }) {
          run.violate(
            "glance \(number): of transaction \(transaction) a reader saw \(first.place)@\(first.offset) or \(other.place)@\(other.offset), not both"
          )
        }
      }
    }
  }

  /// What each transaction wrote.
  private static func transactions(_ run: SimulationRun) throws -> [Int: [Written]] {
    let settings = run.settings.lanes
    var transactions: [Int: [Written]] = [:]
    for entry in entries {
      for lane in LaneNumber.all(of: settings.partitions) {
        let place = TopicPartition(settings.topics[entry.topic], lane: lane)
        let numbers = try run.log.transactions(of: place)
        for record in try run.log.committedRecords(place) {
          // What somebody has copied there.
          if record.isMessage, (numbers[record.offset] ?? nil) == nil { continue }
          guard let writer = writer(of: record, entry, lane) else {
            run.violate("\(place)@\(record.offset): nobody says who wrote it")
            continue
          }
          guard let number = numbers[record.offset] ?? nil else {
            run.violate("\(place)@\(record.offset) was written outside of every transaction")
            continue
          }
          transactions[number, default: []].append(
            Written(place: place, offset: record.offset, entry: entry, lane: writer, record: record))
        }
      }
    }
    return transactions
  }

  private static func writer(
    of record: SimulatedLog.CommittedRecord, _ entry: OutputEntry, _ lane: LaneNumber
  ) -> LaneNumber? {
    guard entry.comparison == .recordsAmongOthers else { return lane }
    let origin = HeaderBlock(bytes: record.headers ?? []).text(Origin.partitionHeader)
    return origin.flatMap { Int32($0) }.map { LaneNumber($0) }
  }

  private static func judge(
    _ number: Int, _ records: [Written], _ run: SimulationRun, _ journals: [[JournalRecord]]
  ) {
    for (lane, records) in Dictionary(grouping: records, by: \.lane) {
      let batches = records.filter { $0.entry.encoder == .journal }
      guard batches.count == 1,
        let batch = batches[0].record.value.flatMap({ try? JournalRecord(decoding: $0) })
      else {
        run.violate(
          "transaction \(number) has \(batches.count) journal records of lane \(lane), with \(records[0].place)@\(records[0].offset)"
        )
        continue
      }
      // Messages are beside forwarded events; `MessageCheck` counts them.
      func count(_ encoder: OutputEntry.Encoder) -> Int {
        records.count { $0.entry.encoder == encoder && !$0.record.isMessage }
      }
      for (encoder, counted) in [
        (OutputEntry.Encoder.rejection, batch.counts.rejected), (.forward, batch.counts.routed),
      ] where count(encoder) != counted {
        run.violate(
          "lane \(lane), sequence \(batch.sequence): \(count(encoder)) records of \(encoder), the journal counts \(counted)"
        )
      }
      for change in records where change.entry.encoder == .changes {
        let sequence = change.record.value.flatMap { try? LaneMachine.redoSequence(of: $0) }
        if sequence != batch.sequence {
          run.violate(
            "\(change.place)@\(change.offset): changes of sequence \(sequence.map(String.init) ?? "none") beside the journal's \(batch.sequence)"
          )
        }
      }
    }
  }
}
