internal import EventLog
internal import Foundation
internal import Learning
internal import Predictions
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// Every batch was scored under one set of models, which a run had put into force before. That it really was
/// under the one that its record names is the replay check's to say.
enum ModelCheck {
  private struct Snapshot: Decodable {
    struct Score: Decodable { var probability: Double? }
    var outcomeScores: [Score]?
  }

  static func run(_ run: SimulationRun, _ journals: [[JournalRecord]]) throws {
    let topics = run.settings.lanes.topics
    let models = TopicPartition(topics[.models], 0)
    var published: [String: Int] = [:]
    for record in try run.log.committedRecords(models) {
      guard let key = record.key, let value = record.value,
        case .run(_, let bytes)? = try? ModelRecords.read(key: key, value: value),
        let one = try? TrainingRecord(decoding: bytes), published[one.set] == nil
      else { continue }
      published[one.set] = one.revision
    }
    // Of runs that are forgotten nobody knows any more what they had put into force.
    let areAllKnown = try run.log.tombstones(models).isEmpty
    for (lane, journal) in journals.enumerated() {
      var before: String?
      for record in journal {
        guard run.predicts == (record.models != nil) else {
          run.violate("lane \(lane), sequence \(record.sequence): names \(record.models ?? "no models")")
          return
        }
        guard let name = record.models else { continue }
        if name != ModelSet.empty.name {
          run.count(.batchScored)
          if areAllKnown, published[name] == nil {
            run.violate("lane \(lane), sequence \(record.sequence): no run has put set \(name) into force")
          }
        }
        if let before, before != name { run.count(.modelsSwitched) }
        before = name
      }
      let sessions = TopicPartition(topics.sessions, Int32(lane))
      for record in try run.log.committedRecords(sessions) {
        guard let value = record.value else { continue }
        let snapshot = try JSONDecoder().decode(Snapshot.self, from: Data(value))
        if !(snapshot.outcomeScores ?? []).isEmpty { run.count(.scoreShown) }
      }
    }
  }
}
