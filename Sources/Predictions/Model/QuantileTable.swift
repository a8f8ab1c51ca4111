/// The share of a model's sessions whose highest probability is below a given one, for every index of
/// `Probability`: counted, not estimated.
package struct QuantileTable: Sendable, Hashable {
  /// Quantiles are ten-thousandths.
  package static let one: Int32 = 10_000

  /// From this index on, the share is this, until the next run.
  package struct Run: Sendable, Hashable, BitwiseCopyable {
    package var index: UInt16
    package var share: UInt16

    package init(index: UInt16, share: UInt16) {
      self.index = index
      self.share = share
    }
  }

  /// Where the share changes, ascending in both; below the first run it is 0.
  package let runs: [Run]

  /// A table of the highest index of each session. Without sessions every share is 0.
  package init(maxima: [Int]) {
    var counts = [Int](repeating: 0, count: Probability.indexCount)
    for maximum in maxima { counts[maximum] += 1 }
    var runs: [Run] = []
    var below = 0
    for index in 0..<Probability.indexCount {
      let share = maxima.isEmpty ? 0 : UInt16(Int(QuantileTable.one) * below / maxima.count)
      if share != runs.last?.share ?? 0 { runs.append(Run(index: UInt16(index), share: share)) }
      below += counts[index]
    }
    self.runs = runs
  }

  /// A table as it was written; `nil` if the runs do not ascend or are out of bounds.
  package init?(runs: [Run]) {
    var last = Run(index: 0, share: 0)
    for run in runs {
      guard run.index > last.index, run.share > last.share, run.index < UInt16(Probability.indexCount),
        run.share <= UInt16(QuantileTable.one)
      else { return nil }
      last = run
    }
    self.runs = runs
  }

  /// The share of every index, in ten-thousandths.
  package var shares: [UInt16] {
    var shares = [UInt16](repeating: 0, count: Probability.indexCount)
    for (place, run) in runs.enumerated() {
      let end = place + 1 < runs.count ? Int(runs[place + 1].index) : Probability.indexCount
      for index in Int(run.index)..<end { shares[index] = run.share }
    }
    return shares
  }
}
