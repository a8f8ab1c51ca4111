package import EventLog
internal import Identity
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// Looks through topics for what is known of somebody who was erased: identifiers in the forms in which they
/// were published, ids of contacts, sessions and devices. Writes nothing. Blocks.
///
/// It finds bytes: texts as they are and as JSON has them, whatever their case; in `redo` and `state`, which
/// are compressed, within. What was published in another form (a number with spaces) is found by that form.
package struct ErasureScan: Sendable {
  /// What there is in a topic.
  package struct Finding: Sendable, Hashable {
    package var topic: String
    /// Records that were read.
    package var read = 0
    /// Records that say it and are what a reader holds: the newest of their keys, or of a topic that keeps
    /// all.
    package var standing = 0
    /// Records of a compacted topic that say it and have a newer one of their key: compaction removes them.
    package var replaced = 0
    /// When the newest of them was written, in milliseconds since 1970; `nil` if the log does not know.
    package var newest: Int64?
    /// After so many milliseconds the log removes a record; `nil`: that is no matter of age.
    package var retention: Int64?
    package var isCompacted: Bool

    package var hits: Int { standing + replaced }

    /// When the last of them is gone at the latest, if age decides it.
    package var goneAt: Int64? {
      guard hits > 0, let newest, let retention else { return nil }
      return newest + retention
    }

    /// What is to be thought of it at a time.
    package func verdict(at now: Int64) -> Verdict {
      if hits == 0 { return .clean }
      if isCompacted { return standing > 0 ? .found : .awaitsCompaction }
      guard let goneAt else { return .kept }
      return goneAt <= now ? .overdue : .expires
    }
  }

  /// What a finding means.
  package enum Verdict: String, Sendable {
    /// There is nothing.
    case clean
    /// A reader of the topic still holds it.
    case found
    /// Only compaction has yet to remove it.
    case awaitsCompaction
    /// Its age will remove it.
    case expires
    /// Its age should have removed it.
    case overdue
    /// Nothing removes it by age: the processor does, once no restart needs it.
    case kept

    /// Whether it contradicts the erasure.
    package var isProblem: Bool { self == .found || self == .overdue }
  }

  package let log: any EventLog
  private let needles: [[UInt8]]

  /// - Parameter values: what to look for; what is empty is left out.
  package init(log: any EventLog, values: [String]) {
    self.log = log
    var needles: Set<[UInt8]> = []
    for value in values where !value.isEmpty {
      needles.insert(ErasureScan.lowered(Array(value.utf8)))
      var quoted: [UInt8] = []
      JSONText.append(value, to: &quoted)
      needles.insert(ErasureScan.lowered(Array(quoted.dropFirst().dropLast())))
    }
    self.needles = needles.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Looks through a topic.
  ///
  /// - Parameters:
  ///   - unpack: the bytes behind a value that is compressed.
  ///   - isRest: of what an erasure leaves by design.
  package func scan(
    _ topic: TopicSpecification, unpack: ([UInt8]) -> [UInt8]? = { _ in nil },
    isRest: ([UInt8]) -> Bool = { _ in false }
  ) throws -> Finding {
    var finding = Finding(topic: topic.name, isCompacted: topic.isCompacted)
    if !topic.isCompacted {
      finding.retention = topic.settings["retention.ms"].flatMap { Int64($0) }.flatMap { $0 < 0 ? nil : $0 }
    }
    let reader = try log.makeReader()
    defer { reader.close() }
    let partitions = (0..<topic.partitions).map { TopicPartition(topic.name, $0) }
    let bounds = try reader.bounds(partitions)
    for partition in partitions {
      guard let range = bounds[partition], range.earliest < range.end else { continue }
      // Whether the newest record of a key says it.
      var holds: [[UInt8]: Bool] = [:]
      try reader.read(partition, from: range.earliest, to: range.end, patience: .seconds(30)) { chunk in
        for entry in chunk.entries {
          finding.read += 1
          let isHit = contains(chunk, entry, unpack) && !(chunk.copy(entry.value).map(isRest) ?? false)
          if isHit, entry.timestamp >= 0 { finding.newest = max(finding.newest ?? 0, entry.timestamp) }
          guard topic.isCompacted, let key = chunk.copy(entry.key) else {
            if isHit { finding.standing += 1 }
            continue
          }
          // A record without a value takes its key back, also where the key itself is what was looked for.
          let stands = isHit && entry.value != nil
          if let before = holds[key], before { finding.replaced += 1 }
          if isHit, !stands { finding.replaced += 1 }
          holds[key] = stands
        }
        return true
      }
      finding.standing += holds.values.count { $0 }
    }
    return finding
  }

  private func contains(
    _ chunk: RecordChunk, _ entry: RecordChunk.Entry, _ unpack: ([UInt8]) -> [UInt8]?
  ) -> Bool {
    for range in [entry.key, entry.value, entry.headers] {
      if let bytes = chunk.copy(range), contains(bytes) { return true }
    }
    guard let value = chunk.copy(entry.value), let inner = unpack(value) else { return false }
    return contains(inner)
  }

  /// Whether bytes say any of it.
  package func contains(_ bytes: [UInt8]) -> Bool {
    let bytes = ErasureScan.lowered(bytes)
    return needles.contains { needle in
      var from = 0
      // To the next place where its first byte is.
      while from + needle.count <= bytes.count,
        let place = bytes[from...(bytes.count - needle.count)].firstIndex(of: needle[0])
      {
        if bytes[place..<place + needle.count].elementsEqual(needle) { return true }
        from = place + 1
      }
      return false
    }
  }

  private static func lowered(_ bytes: [UInt8]) -> [UInt8] { bytes.map { ASCII.lowercased($0) } }
}

extension ErasureScan {
  /// The bytes behind a value of `redo`.
  package static func redo(_ value: [UInt8]) -> [UInt8]? {
    var head = BinaryReader(value)
    guard (try? RedoRecord.sequence(&head)) != nil else { return nil }
    return try? Compression.decompress(Array(value[head.at...]))
  }

  /// The bytes behind a value of `state`.
  package static func state(_ value: [UInt8]) -> [UInt8]? { try? Compression.decompress(value) }

  /// Whether a value of `state` says of a contact's id that it stands for nobody, and nothing else. Its lane
  /// has to remember that.
  package static func standsForNobody(_ value: [UInt8]) -> Bool {
    guard let bytes = state(value), case .contact(let record)? = try? StateCodec.decode(bytes).content,
      let alias = record.register?.alias
    else { return false }
    return alias.node == nil
  }
}
