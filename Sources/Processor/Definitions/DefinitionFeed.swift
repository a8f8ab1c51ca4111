package import EventLog
package import JourneyRules
package import WireFormat

/// Follows the topic `definitions`: what is in force, and any bundle that the journal names.
///
/// Driven by whoever owns it, on a thread that may block; it keeps no clock.
package final class DefinitionFeed {
  /// What is in force; `nil` if nothing was ever applied.
  package private(set) var current: DefinitionRecords.Current?

  private var topic: CompactedTopic
  private var partition: TopicPartition { topic.partition }
  /// The bundle that the last call reported, so that one that was read before an error is reported by the
  /// next call.
  private var told: String?
  /// Pieces by hash: of every bundle, since the journal may name it.
  private var pieces: [String: [Int: [UInt8]]] = [:]
  private var counts: [String: Int] = [:]
  private var compiled: [String: CompiledBundle] = [:]
  /// As builds had them that scored nothing.
  private var unscored: [String: CompiledBundle] = [:]
  private var warnings: [String: [String]] = [:]
  private let settings: RuleSettings

  /// Creates a feed that has read nothing yet.
  package init(
    reader: any PartitionReader, topic: String, settings: RuleSettings, patience: Duration
  ) {
    self.settings = settings
    self.topic = CompactedTopic(topic, reader: reader, patience: patience)
  }

  /// Reads what has been written since the last call.
  ///
  /// - Returns: whether another bundle is in force than the last call reported.
  /// - Throws: `LogError`, `.retry` if writers were faster all the time.
  @discardableResult
  package func refresh() throws -> Bool {
    var problem: CodecError?
    try topic.read("definitionsMoving") { key, value in take(key, value, &problem) }
    // Reported once: what comes behind a record that cannot be read is read all the same.
    if let problem { try LogError.decoding(partition) { throw problem } }
    defer { told = current?.bundle }
    return current?.bundle != told
  }

  private func take(_ key: [UInt8], _ value: [UInt8], _ problem: inout CodecError?) {
    do {
      if key == DefinitionRecords.currentKey {
        current = try DefinitionRecords.Current(decoding: value)
      } else if let piece = try DefinitionRecords.chunk(key: key, value: value) {
        pieces[piece.hash, default: [:]][piece.index] = piece.bytes
        counts[piece.hash] = piece.count
      }
    } catch {
      problem = error
    }
  }

  /// The bundle in force; `nil` if nothing was ever applied, or nothing is left.
  package func bundleInForce() throws -> CompiledBundle? {
    guard let current else { return nil }
    guard let bundle = try bundle(current.bundle) else {
      throw LogError(
        .fatal, code: "bundleMissing",
        "\(partition): bundle \(current.bundle) is in force, but not all of it is there; apply the definitions again"
      )
    }
    return bundle
  }

  /// What this build warns about in the bundle in force, once that has been read.
  package var warningsInForce: [String] { current.flatMap { warnings[$0.bundle] } ?? [] }

  /// A bundle as a batch was reduced under it: one whose journal names no models was scored by nobody.
  package func bundle(of record: JournalRecord) throws -> CompiledBundle? {
    guard let hash = record.definitions, let bundle = try bundle(hash) else { return nil }
    guard bundle.predicts, record.models == nil else { return bundle }
    if let known = unscored[hash] { return known }
    let old = CompiledBundle(bundle.bundle, settings: settings, hasScores: false)
    unscored[hash] = old
    return old
  }

  /// A bundle by its hash; `nil` if it is not there.
  package func bundle(_ hash: String) throws -> CompiledBundle? {
    if let known = compiled[hash] { return known }
    guard let count = counts[hash], let parts = pieces[hash], parts.count == count else { return nil }
    let ordered = (0..<count).compactMap { parts[$0] }
    let bundle = try LogError.decoding(partition) {
      let read = try DefinitionRecords.bundle(hash, of: ordered)
      warnings[hash] = read.warnings
      return CompiledBundle(read.bundle, settings: settings)
    }
    compiled[hash] = bundle
    return bundle
  }

  /// The newest version of each definition that any bundle has had, those of removed ones included.
  ///
  /// Bundles that cannot be read are passed over.
  package func newestVersions() -> [DefinitionVersion] {
    var newest: [DefinitionVersion.Key: DefinitionVersion] = [:]
    for (hash, count) in counts {
      guard let parts = pieces[hash], parts.count == count else { continue }
      for version in DefinitionRecords.versions(in: (0..<count).compactMap { parts[$0] }) {
        if let known = newest[version.key], known.version >= version.version { continue }
        newest[version.key] = version
      }
    }
    return Array(newest.values)
  }

  /// Forgets the pieces and compiled forms of bundles that are not in force: a processor that runs on for
  /// years does not need them.
  package func keepOnlyCurrent() {
    guard let hash = current?.bundle else { return }
    pieces = pieces.filter { $0.key == hash }
    counts = counts.filter { $0.key == hash }
    compiled = compiled.filter { $0.key == hash }
    unscored = [:]
    warnings = warnings.filter { $0.key == hash }
  }
}
