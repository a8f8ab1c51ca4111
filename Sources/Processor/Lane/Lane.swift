internal import EventLog
package import JourneyModel
internal import WireFormat

/// The owner of one lane: a thin actor around the synchronous machine, so that lanes run side by side and
/// each is touched by one task at a time.
package actor Lane {
  /// The lane's number.
  package nonisolated let number: LaneNumber
  private let machine: LaneMachine
  private let decoder: InputDecoder
  private let files: LaneFileSchedule?
  /// The journal record of the newest batch; `nil` for a lane that has none.
  private var newest: JournalRecord?
  /// What the last batch wrote and a little more, so that the next one's arena seldom has to grow.
  private var expectedBytes = 0
  private var expectedRecords = 0

  /// Takes over a machine.
  ///
  /// - Parameter tail: the journal record that the machine was restored to.
  init(
    _ machine: sending LaneMachine, decoder: sending InputDecoder, tail: JournalRecord?,
    files: sending LaneFileSchedule? = nil
  ) {
    number = machine.lane
    newest = tail
    self.machine = machine
    self.decoder = decoder
    self.files = files
  }

  /// Decodes and reduces a batch. After an error the lane is of no more use: it has to be restored.
  func reduce(_ work: LaneWork) throws(LogError) -> LaneOutput {
    var records = OutputBatch()
    records.reserve(bytes: expectedBytes, records: expectedRecords)
    machine.memoryShare = work.memoryShare
    var batch = decoder.decode(work)
    let ownInput = batch.ownInput(of: number, machine.settings.topics)
    // Planned without knowing whose events these are.
    for stream in JourneyModel.Stream.allCases where ownInput[stream] != nil { batch.tick[stream] = nil }
    try machine.load(for: batch)
    let journal = machine.reduce(batch, into: &records)
    if let failure = machine.loadFailure { throw failure }
    if let flaw = journal.flaw(after: newest) { preconditionFailure("lane \(number): \(flaw)") }
    assert(records.flaw(of: number, machine.settings.topics) == nil)
    assert(
      (try? JournalRecord(decoding: journal.encoded())) == journal, "a journal record is read back as another"
    )
    newest = journal
    try machine.evict()
    let movements = machine.takeMovements()
    expectedBytes = records.bytes.count + records.bytes.count / 8
    expectedRecords = records.entries.count + records.entries.count / 8
    return LaneOutput(
      records: records, journal: journal, nextTimers: machine.nextTimers, ownInput: ownInput,
      isBehind: machine.checkpoints.isDue(changedUpTo: work.takenAt - machine.settings.checkpointAge),
      sessionCount: machine.sessionCount,
      residency: ResidencyReport(
        residentSessions: machine.residentSessions, evictedSessions: machine.evictedSessions,
        residentBytes: machine.residentBytes, evicted: movements.evicted,
        loaded: movements.loaded),
      rejections: machine.rejections, shortenedSnapshots: machine.shortenedSnapshots,
      derived: machine.derived,
      file: files?.reduced(machine, journal))
  }

  /// Writes the lane's file as of its newest batch, which has to be committed; `nil` if there is one already.
  func writeFile() -> LaneFileOutcome? { files?.writeNow(machine) }
}
