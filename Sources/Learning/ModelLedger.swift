package import EventLog
package import JourneyModel
package import Predictions
package import WireFormat

/// All that the topic of models says: models, sets, what is in force, and the runs that made them. For those
/// who train, and for those who look at it or train again; lanes follow a `ModelFeed`.
package struct ModelLedger {
  /// What is in force; `nil` if nothing was ever published.
  package private(set) var current: ModelRecords.Current?
  /// By revision.
  package private(set) var runs: [Int: TrainingRecord] = [:]
  /// What cannot be read: the key and why.
  package private(set) var damage: [String: String] = [:]

  private var models: [String: [UInt8]] = [:]
  private var manifests: [String: ModelRecords.Manifest] = [:]
  private let partition: TopicPartition
  private let reader: any PartitionReader
  private let patience: Duration
  private var position: NextOffset?

  package init(topic: String, reader: any PartitionReader, patience: Duration) {
    partition = TopicPartition(topic, 0)
    self.reader = reader
    self.patience = patience
  }

  /// Most times that one call reads on because more was written meanwhile.
  private static let maxRounds = 64

  /// Reads what has been written since the last call, until nothing was written while it read: compaction may
  /// take away what is about to be replaced.
  package mutating func refresh() throws {
    for _ in 0..<ModelLedger.maxRounds {
      guard let bounds = try reader.bounds([partition])[partition] else { return }
      let from = max(position ?? bounds.earliest, bounds.earliest)
      guard from < bounds.end else { return }
      var new: [(key: [UInt8], value: [UInt8]?)] = []
      try reader.read(partition, from: from, to: bounds.end, patience: patience) { chunk in
        for entry in chunk.entries {
          if let key = chunk.copy(entry.key) { new.append((key, chunk.copy(entry.value))) }
        }
        return true
      }
      for (key, value) in new { take(key, value) }
      position = bounds.end
    }
    throw LogError(
      .retry, code: "modelsMoving",
      "\(partition): records were written faster than they were read, \(ModelLedger.maxRounds) times")
  }

  private mutating func take(_ key: [UInt8], _ value: [UInt8]?) {
    let name = String(decoding: key, as: UTF8.self)
    damage[name] = nil
    guard let value else {
      models[name.behind("model/")] = nil
      manifests[name.behind("set/")] = nil
      if let revision = Int(name.behind("run/")) { runs[revision] = nil }
      return
    }
    do throws(CodecError) {
      switch try ModelRecords.read(key: key, value: value) {
      case .current(let one): current = one
      case .model(let hash, let bytes): models[hash] = bytes
      case .set(let name, let manifest): manifests[name] = manifest
      case .run(let revision, let bytes):
        let run = try TrainingRecord(decoding: bytes)
        guard run.revision == revision else {
          throw CodecError("the run says that it is number \(run.revision)")
        }
        runs[revision] = run
      case .unknown: break
      }
    } catch {
      damage[name] = error.description
    }
  }

  /// The newest run; `nil` if there never was one.
  package var newestRun: TrainingRecord? { runs.values.max { $0.revision < $1.revision } }

  /// The number of the run that comes next. What is in force may have come otherwise.
  package var nextRevision: Int { max(newestRun?.revision ?? 0, current?.revision ?? 0) + 1 }

  /// The bytes of a model; `nil` if it is not there.
  package func model(_ hash: String) -> [UInt8]? { models[hash] }

  /// A set by its name; `nil` if not all of it is there, or it says something else.
  package func set(_ name: String) -> ModelSet? {
    if name == ModelSet.empty.name { return .empty }
    guard let manifest = manifests[name] else { return nil }
    let bytes = manifest.models.compactMap { models[$0] }
    guard bytes.count == manifest.models.count else { return nil }
    return try? ModelRecords.set(name, every: manifest.every, of: bytes)
  }

  /// The keys that nobody needs any more once a run has been written: of runs that are older than a time, and
  /// of sets and models that no younger run had in force before or after. What is in force stays, whatever
  /// its age.
  package func unneeded(with run: TrainingRecord, set: ModelSet, before time: EventTime) -> [[UInt8]] {
    let young = runs.values.filter { $0.trainedAt >= time }
    var sets: Set<String> = [run.before, run.set]
    for one in young { sets.formUnion([one.before, one.set]) }
    var needed = Set(set.models.map(\.hash.description))
    for (name, manifest) in manifests where sets.contains(name) { needed.formUnion(manifest.models) }
    let oldRuns = runs.values.filter { $0.trainedAt < time }.map(\.revision).sorted()
    return oldRuns.map(ModelRecords.runKey)
      + manifests.keys.filter { !sets.contains($0) }.sorted().map(ModelRecords.setKey)
      + models.keys.filter { !needed.contains($0) }.sorted().map(ModelRecords.modelKey)
  }
}

extension String {
  /// What follows a prefix; empty for a text that does not begin with it.
  fileprivate func behind(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : ""
  }
}
