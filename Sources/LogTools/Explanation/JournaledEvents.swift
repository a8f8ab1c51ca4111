package import EventLog
package import JourneyModel
package import JourneyRules
package import Processor
internal import Sessionizer
internal import WireFormat

/// Explains from a log: reads a lane's journal and the inputs of each batch again, so that events are
/// admitted in the order, and timers moved at the moments, in which the processor did. Writes nothing, and
/// may run beside it.
///
/// Blocks; errors are `LogError`s.
package struct JournaledEvents: Sendable {
  /// The code of the error when a lane holds more than it may.
  package static let tooManyValues = JournaledInputs.tooManyValues

  /// Which definitions the batches are reduced under.
  package enum Basis: Sendable {
    /// Each batch under those that the processor had, by the journal.
    case bundlesOfThen
    /// All under the bundle that is given: what that would have made of them.
    case givenBundle
  }

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

  /// Explains a definition of a bundle in a session.
  ///
  /// - Parameters:
  ///   - bundle: has the definition that is asked for; with `.bundlesOfThen`, the one in force, which stands
  ///     in for those that are gone.
  ///   - checkpoint: called before each batch; what it throws ends the work.
  /// - Returns: `nil` if no event of the session is retained, and what limits the answer.
  package func explain(
    _ definition: Definition, of bundle: CompiledBundle, by basis: Basis, session: SessionID,
    customer: Explanation.Customer, lane: LaneNumber, checkpoint: () throws -> Void = {}
  ) throws -> (explanation: Explanation?, notes: [String]) {
    let reader = try log.makeReader()
    defer { reader.close() }
    let inputs = JournaledInputs(log: log, reader: reader, settings: settings, patience: patience)
    try inputs.check()
    let explainer = LaneExplainer(
      definition, of: bundle, session: session, customer: customer, lane: lane, settings: settings)
    var batches = try inputs.batches(of: lane, under: bundle, ofThen: basis == .bundlesOfThen)
    while let batch = try batches.next() {
      try checkpoint()
      explainer.reduce(batch)
      try JournaledInputs.check(explainer.heldValues, atMost: maxValues)
    }
    return (explainer.explanation(), batches.notes)
  }
}
