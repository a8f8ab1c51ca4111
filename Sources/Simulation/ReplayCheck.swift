internal import Processor

/// Live equals cold replay, byte for byte: every batch is reduced again from its journal record and inputs, by a machine that
/// was never interrupted, and compared with the digests and with every record in the topics.
enum ReplayCheck {
  static func run(_ run: SimulationRun, _ journals: [[JournalRecord]]) throws {
    let verification = Verification(settings: run.settings.lanes, patience: .zero)
    for lane in 0..<run.settings.lanes.partitions {
      let result = try verification.verify(lane, on: run.log)
      if let mismatch = result.mismatch {
        run.violate("replay differs: \(mismatch)")
        continue
      }
      for gap in result.unverifiable { run.violate("lane \(lane) cannot be verified: \(gap.reason)") }
      if result.batches != journals[Int(lane)].count {
        run.violate("lane \(lane): \(result.batches) of \(journals[Int(lane)].count) batches verified")
      }
    }
  }
}
