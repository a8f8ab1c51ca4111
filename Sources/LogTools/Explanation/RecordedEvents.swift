internal import EventLog
package import JourneyModel
package import JourneyRules
package import Predictions
package import Processor
internal import Sessionizer
internal import WireFormat

/// Explains from recorded events, in the order in which `Replay` admits them. They are read twice: for the
/// session's customer and lane, then for what happened in it.
package struct RecordedEvents: Sendable {
  /// What was found for an id.
  package enum Search: Sendable {
    /// The session's customer, and the lane that owns it.
    case found(Explanation.Customer, lane: LaneNumber)
    /// No such session; the one that was probably meant.
    case unknown(nearest: String?)
  }

  private var settings: LaneSettings
  private let takenAt: EventTime
  private let closes: Bool
  private let open: @Sendable () throws -> [Replay.Input]

  /// - Parameters:
  ///   - takenAt: the wall-clock time that `maxFutureSkew` is measured from.
  ///   - closes: whether to advance event time past every timeout at the end.
  ///   - open: opens the inputs at their beginning.
  package init(
    settings: LaneSettings, takenAt: EventTime, closes: Bool,
    open: @escaping @Sendable () throws -> [Replay.Input]
  ) {
    self.settings = settings
    self.settings.writesState = false
    self.takenAt = takenAt
    self.closes = closes
    self.open = open
  }

  /// Looks for a session.
  package func search(_ session: SessionID) async throws -> Search {
    let lanes = LaneNumber.all(of: settings.partitions).map { number in
      let machine = LaneMachine(lane: number, settings: settings, configuration: "explain")
      let search = SessionSearch(session)
      machine.observer = search
      return (machine: machine, search: search)
    }
    var records = OutputBatch()
    var merger = try merger()
    while let decoded = try await merger.next()?.decoded {
      let shares = Replay.shares(decoded, lanes: lanes.count)
      for (number, lane) in lanes.enumerated() where !shares[number].isEmpty {
        records.removeAll()
        _ = lane.machine.reduce(LaneBatch(takenAt: takenAt, inputs: shares[number]), into: &records)
        if let customer = lane.search.customer { return .found(customer, lane: lane.machine.lane) }
      }
    }
    let ids = lanes.flatMap(\.search.ids)
    return .unknown(nearest: Nearest.candidate(to: session.text, among: ids))
  }

  /// Explains a definition of a bundle in a session that was found.
  ///
  /// - Parameter models: what all of its events are scored under; `nil` for nothing.
  package func explain(
    _ definition: Definition, of bundle: CompiledBundle, session: SessionID, customer: Explanation.Customer,
    lane: LaneNumber, models: ModelSet? = nil
  ) async throws -> Explanation? {
    let explainer = LaneExplainer(
      definition, of: bundle, session: session, customer: customer, lane: lane, settings: settings)
    var merger = try merger()
    while let decoded = try await merger.next()?.decoded {
      let share = Replay.shares(decoded, lanes: Int(settings.partitions))[lane.index]
      guard !share.isEmpty else { continue }
      explainer.reduce(
        LaneBatch(takenAt: takenAt, inputs: share, definitions: bundle, models: models ?? .empty))
    }
    if closes { explainer.close(takenAt: takenAt) }
    return explainer.explanation()
  }

  private func merger() throws -> ReplayMerger {
    ReplayMerger(try open(), settings: settings)
  }
}
