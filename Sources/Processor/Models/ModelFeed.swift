package import EventLog
package import Predictions
package import WireFormat

/// Follows the topic `models`: what is in force, and any set that the journal names.
///
/// Driven by whoever owns it, on a thread that may block; it keeps no clock.
package final class ModelFeed {
  /// What is in force; `nil` if nothing was ever trained.
  package private(set) var current: ModelRecords.Current?

  private var topic: CompactedTopic
  /// The set that the last call reported.
  private var told: String?
  private var models: [String: [UInt8]] = [:]
  private var manifests: [String: ModelRecords.Manifest] = [:]
  private var joined = [ModelSet.empty.name: ModelSet.empty]

  /// Creates a feed that has read nothing yet.
  package init(reader: any PartitionReader, topic: String, patience: Duration) {
    self.topic = CompactedTopic(topic, reader: reader, patience: patience)
  }

  /// Reads what has been written since the last call.
  ///
  /// - Returns: whether another set is in force than the last call reported.
  /// - Throws: `LogError`.
  @discardableResult
  package func refresh() throws -> Bool {
    var problem: CodecError?
    try topic.read("modelsMoving") { key, value in
      do throws(CodecError) {
        switch try ModelRecords.read(key: key, value: value) {
        case .current(let one): current = one
        case .model(let hash, let bytes): models[hash] = bytes
        case .set(let name, let manifest): manifests[name] = manifest
        case .run, .unknown: break
        }
      } catch {
        problem = error
      }
    }
    // Reported once: what comes behind a record that cannot be read is read all the same.
    if let problem { try LogError.decoding(topic.partition) { throw problem } }
    defer { told = current?.set }
    return current?.set != told
  }

  /// The set in force; the empty one if nothing was ever trained.
  package func setInForce() throws -> ModelSet {
    guard let current else { return .empty }
    guard let set = try set(current.set) else {
      throw LogError(
        .fatal, code: "modelsMissing",
        "\(topic.partition): set \(current.set) is in force, but not all of it is there")
    }
    return set
  }

  /// A set by its name; `nil` if not all of it is there.
  package func set(_ name: String) throws -> ModelSet? {
    if let known = joined[name] { return known }
    guard let manifest = manifests[name] else { return nil }
    let bytes = manifest.models.compactMap { models[$0] }
    guard bytes.count == manifest.models.count else { return nil }
    let set = try LogError.decoding(topic.partition) {
      try ModelRecords.set(name, every: manifest.every, of: bytes)
    }
    joined[name] = set
    return set
  }

  /// Forgets what is not in force: a processor that runs on for years does not need it.
  package func keepOnlyCurrent() {
    let manifest = current.flatMap { manifests[$0.set] }
    models = models.filter { manifest?.models.contains($0.key) ?? false }
    manifests = manifests.filter { $0.key == current?.set }
    joined = joined.filter { $0.key == current?.set || $0.key == ModelSet.empty.name }
  }
}
