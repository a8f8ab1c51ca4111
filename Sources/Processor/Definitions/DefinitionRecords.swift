public import EventLog
public import JourneyModel
public import JourneyRules
internal import WireFormat

/// How definitions stand in the topic `definitions`, which is compacted and has one partition.
///
/// A bundle is cut into records with keys `bundle/HASH/N`, never overwritten: whatever the journal names can be read again. The record
/// with the key `current` names the bundle in force; it is written behind the bundle's own records, in the same send.
public struct DefinitionRecords: Sendable {
  /// Bytes of a bundle in one record, compressed: below what any topic takes.
  static let maxChunkBytes = 786_432
  /// Most bytes of a bundle, in canonical form.
  public static let maxBundleBytes = 33_554_432

  static let currentKey = Array("current".utf8)
  static let bundlePrefix = "bundle/"
  /// Versions of a bundle's records: 2 of one that names its case folding, which older builds do not know and must not ignore.
  private static let version: UInt8 = 2
  private static let basicVersion: UInt8 = 1

  /// What is in force.
  public struct Current: Sendable, Hashable {
    /// Hash of the bundle.
    public var bundle: String
    /// Counts the changes of what is in force, from 1.
    public var revision: Int
    /// When it was applied, by the clock of whoever did.
    public var appliedAt: EventTime

    /// Names a bundle.
    public init(bundle: String, revision: Int, appliedAt: EventTime) {
      self.bundle = bundle
      self.revision = revision
      self.appliedAt = appliedAt
    }

    func encoded() -> [UInt8] {
      Array(
        "{\"v\":1,\"bundle\":\"\(bundle)\",\"revision\":\(revision),\"appliedAt\":\"\(appliedAt.iso8601)\"}"
          .utf8)
    }

    init(decoding bytes: [UInt8]) throws(CodecError) {
      guard let value = try? DefinitionJSON.read(bytes), value["v"] == .number("1"),
        case .string(let bundle) = value["bundle"], case .number(let revision) = value["revision"],
        case .string(let appliedAt) = value["appliedAt"], let number = Int(revision),
        let time = EventTime(iso8601: appliedAt)
      else { throw CodecError("the record 'current' of definitions is not one that this build reads") }
      self.init(bundle: bundle, revision: number, appliedAt: time)
    }
  }

  /// One piece of a bundle.
  struct Chunk {
    var hash: String
    var index: Int
    var count: Int
    var bytes: [UInt8]
  }

  /// The records that put a bundle into force.
  public static func records(
    _ bundle: DefinitionBundle, as current: Current, topic: String
  ) throws(LogError) -> OutputBatch {
    guard bundle.bytes.count <= maxBundleBytes else {
      throw LogError(
        .fatal, code: "bundleTooLarge",
        "the definitions take \(bundle.bytes.count) bytes, at most \(maxBundleBytes) are taken (maxBundleBytes)"
      )
    }
    let packed = Compression.compress(bundle.bytes)
    let count = (packed.count + maxChunkBytes - 1) / maxChunkBytes
    var records = OutputBatch()
    for index in 0..<count {
      var writer = BinaryWriter()
      writer.byte(bundle.caseFolding == .basic ? basicVersion : version)
      writer.number(count)
      let start = index * maxChunkBytes
      writer.bytes.append(contentsOf: packed[start..<min(start + maxChunkBytes, packed.count)])
      records.append(
        topic, partition: 0, key: Array("\(bundlePrefix)\(current.bundle)/\(index)".utf8), value: writer.bytes
      )
    }
    records.append(topic, partition: 0, key: currentKey, value: current.encoded())
    return records
  }

  /// Reads a piece; `nil` if the key is of something else.
  static func chunk(key: [UInt8], value: [UInt8]) throws(CodecError) -> Chunk? {
    let name = String(decoding: key, as: UTF8.self)
    guard name.hasPrefix(bundlePrefix) else { return nil }
    let parts = name.dropFirst(bundlePrefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[1]) else { return nil }
    var reader = BinaryReader(value)
    let found = try reader.byte()
    guard found == version || found == basicVersion else {
      throw CodecError(
        "definitions: version \(found) of a bundle is not one that this build reads (\(basicVersion), \(version))"
      )
    }
    let count = try reader.number()
    guard count > 0, index >= 0, index < count, count <= 1_024 else {
      throw CodecError("definitions: piece \(index) of \(count)")
    }
    return Chunk(hash: String(parts[0]), index: index, count: count, bytes: reader.rest())
  }

  /// The versions of a bundle's definitions; none if it cannot be read.
  static func versions(in pieces: [[UInt8]]) -> [DefinitionVersion] {
    var limits = DefinitionLimits()
    limits.maxDocumentBytes = maxBundleBytes
    guard let bytes = try? Compression.decompress(Array(pieces.joined())),
      let value = try? DefinitionJSON.read(bytes, limits: limits),
      case .array(let entities) = value["entities"]
    else { return [] }
    return entities.compactMap { entity in
      guard case .string(let word) = entity["kind"], let kind = DefinitionKind(rawValue: word),
        case .string(let id) = entity["id"], case .number(let text) = entity["version"],
        let version = Int(text)
      else { return nil }
      return DefinitionVersion(key: .init(kind: kind, id: id), version: version, content: entity)
    }
  }

  /// Puts a bundle together and checks that it is what its hash says.
  ///
  /// - Returns: the bundle, and what this build warns about in it.
  static func bundle(
    _ hash: String, of pieces: [[UInt8]]
  ) throws(CodecError) -> (bundle: DefinitionBundle, warnings: [String]) {
    let bytes = try Compression.decompress(Array(pieces.joined()))
    var limits = DefinitionLimits()
    limits.maxDocumentBytes = maxBundleBytes
    let value: DefinitionValue
    do {
      value = try DefinitionJSON.read(bytes, limits: limits)
    } catch {
      throw CodecError("definitions: bundle \(hash): \(error)")
    }
    var caseFolding = CaseFolding.basic
    if case .string(let name) = value["caseFolding"] {
      guard let known = CaseFolding(rawValue: name) else {
        throw CodecError(
          "definitions: bundle \(hash) compares by the case folding '\(name)', which this build does not know"
        )
      }
      caseFolding = known
    }
    let check = DefinitionCheck(
      [DefinitionDocument(file: "bundle \(hash)", value: value)], limits: limits, caseFolding: caseFolding)
    guard let bundle = check.bundle else {
      let finding = check.findings.first { $0.severity == .error }
      throw CodecError(
        "definitions: bundle \(hash) has errors for this build: \(finding.map { "\($0)" } ?? "unknown")")
    }
    guard bundle.hash.description == hash else {
      throw CodecError("definitions: bundle \(hash) reads as \(bundle.hash)")
    }
    return (bundle, check.findings.filter { $0.severity == .warning }.map { "\($0)" })
  }
}
