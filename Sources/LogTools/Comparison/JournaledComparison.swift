package import EventLog
package import JourneyModel
package import JourneyRules
package import Processor
internal import Sessionizer

/// Compares over a log: all lanes' journals and inputs are read again, batch by batch. Writes nothing, and
/// may run beside the processor.
///
/// Blocks; errors are `LogError`s.
package struct JournaledComparison: Sendable {
  private let log: any EventLog
  private var settings: LaneSettings
  private let patience: Duration
  private let maxValues: Int

  /// - Parameter maxValues: sessions and other values that may be in memory at once; with more it throws.
  package init(
    log: any EventLog, settings: LaneSettings, patience: Duration = .seconds(60), maxValues: Int = .max
  ) {
    self.log = log
    self.maxValues = maxValues
    self.settings = settings
    // Triggers age by the journal's clock, as they did when they were live.
    self.settings.writesState = true
    self.patience = patience
  }

  /// - Parameters:
  ///   - since: batches that the processor took before are left out; `nil` for none.
  ///   - checkpoint: called before each batch; what it throws ends the work.
  package func compare(
    old: CompiledBundle, new: CompiledBundle, since: EventTime?, checkpoint: () throws -> Void = {}
  ) throws -> Comparison {
    let reader = try log.makeReader()
    defer { reader.close() }
    let inputs = JournaledInputs(log: log, reader: reader, settings: settings, patience: patience)
    try inputs.check()
    var result = Comparison()
    var book = DifferenceBook()
    for number in LaneNumber.all(of: settings.partitions) {
      let lane = ComparedLane(lane: number, old: old, new: new, settings: settings)
      var batches = try inputs.batches(of: number, under: old, ofThen: false, since: since)
      while let batch = try batches.next() {
        try checkpoint()
        lane.reduce(batch)
        try JournaledInputs.check(lane.heldValues, atMost: maxValues)
      }
      lane.add(to: &result, isFromBeginning: batches.isFromBeginning)
      book.merge(lane.book)
      result.notes += batches.limits.map { "lane \(number): \($0)" }
    }
    result.take(book)
    return result
  }
}

extension Comparison {
  /// Takes over what lanes have found.
  mutating func take(_ book: DifferenceBook) {
    rows = book.rows
    counts = book.totals
    omittedRows = book.omitted
    let partial = sessions - wholeSessions
    if partial > 0 {
      notes.append(
        "\(partial) of \(sessions) sessions may have begun before the events that were read: what rules made of their beginning is not known"
      )
    }
  }
}
