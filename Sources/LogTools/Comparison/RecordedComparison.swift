package import JourneyModel
package import JourneyRules
package import Processor
internal import Sessionizer

/// Compares over recorded events, in the order in which `Replay` admits them. They are taken for all that
/// there are: every session is whole.
package struct RecordedComparison: Sendable {
  private var settings: LaneSettings
  private let takenAt: EventTime
  private let closes: Bool

  /// - Parameters:
  ///   - takenAt: the wall-clock time that `maxFutureSkew` is measured from.
  ///   - closes: whether to advance event time past every timeout at the end.
  package init(settings: LaneSettings, takenAt: EventTime, closes: Bool) {
    self.settings = settings
    self.settings.writesState = false
    self.takenAt = takenAt
    self.closes = closes
  }

  /// Compares over inputs, which are read once.
  package func compare(
    _ inputs: [Replay.Input], old: CompiledBundle, new: CompiledBundle
  ) async throws -> Comparison {
    let lanes = LaneNumber.all(of: settings.partitions).map {
      ComparedLane(lane: $0, old: old, new: new, settings: settings)
    }
    var merger = ReplayMerger(inputs, settings: settings)
    while let decoded = try await merger.next()?.decoded {
      let shares = Replay.shares(decoded, lanes: lanes.count)
      for (lane, share) in zip(lanes, shares) where !share.isEmpty {
        lane.reduce(LaneBatch(takenAt: takenAt, inputs: share))
      }
    }
    var result = Comparison()
    var book = DifferenceBook()
    for lane in lanes {
      if closes { lane.close(takenAt: takenAt) }
      lane.add(to: &result, isFromBeginning: true)
      book.merge(lane.book)
    }
    result.take(book)
    return result
  }
}
