package import EventLog
package import Identity
internal import JourneyModel
package import Processor
internal import Sessionizer
internal import WireFormat

/// Reads registers of identifiers as a restart would, from `state` and `redo`, and follows them to their
/// root. Writes nothing, and may run beside a processor. Blocks; errors are `LogError`s.
package struct StoredRegisters: Sendable {
  /// What was found of an identifier's contact.
  package enum Finding: Sendable {
    case found(ContactExplanation)
    /// No lane has a register of it, or nothing is known of it any more.
    case unknown
    /// The cluster is on its way from one root to another: to be asked again.
    case underWay
  }

  /// Most registers from an identifier to its root: keys fall along the path, and each answer shortens it.
  package static let maxHops = 64

  private let log: any EventLog
  private let settings: LaneSettings
  private let limits: IdentityLimits
  private let patience: Duration

  package init(
    log: any EventLog, settings: LaneSettings, limits: IdentityLimits, patience: Duration = .seconds(60)
  ) {
    self.log = log
    self.settings = settings
    self.limits = limits
    self.patience = patience
  }

  /// Explains the contact of an identifier.
  package func explain(_ identifier: Identifier) throws -> Finding {
    let reader = try log.makeReader()
    defer { reader.close() }
    let key = identifier.key
    var node = NodeRef(
      key, lane: Placement.lane(of: identifier.value, partitions: settings.partitions))
    for hop in 0..<StoredRegisters.maxHops {
      guard let register = try register(node, reader) else { return hop == 0 ? .unknown : .underWay }
      // Who was erased, or has ended, still has a parent, and no cluster is on its way.
      if hop == 0, register.evidence == nil { return .unknown }
      guard let parent = register.parent else {
        if let explanation = ContactExplanation(of: key, in: register, limits) { return .found(explanation) }
        return hop == 0 ? .unknown : .underWay
      }
      node = parent
    }
    return .underWay
  }

  /// The newest committed value of a register.
  private func register(_ node: NodeRef, _ reader: any PartitionReader) throws -> Register? {
    var restoring = ProcessorSettings()
    restoring.lanes = settings
    restoring.restorePatience = patience
    let restorer = LaneRestorer(settings: restoring, configuration: "", reader: reader, log: log.name)
    let state = TopicPartition(settings.topics.state, lane: node.lane)
    let redo = TopicPartition(settings.topics.redo, lane: node.lane)
    let bounds = try reader.bounds([state, redo])
    guard let tail = try restorer.newestRecord(node.lane) else { return nil }
    let id = Sessionizer.personID(.identifier, node.key.bytes)
    var value: [UInt8]?
    if let range = bounds[state], range.earliest < range.end {
      let name = Array(id.text.utf8)
      try read(state, from: range.earliest, to: range.end, reader) { chunk in
        for entry in chunk.entries where chunk.copy(entry.key) == name {
          value = try chunk.copy(entry.value).map { (block) throws(CodecError) in
            try Compression.decompress(block)
          }
        }
      }
    }
    if let range = bounds[redo], let start = try restorer.redoStart(redo, range, tail), start < range.end {
      try read(redo, from: start, to: range.end, reader) { chunk in
        for entry in chunk.entries {
          let changes = try RedoChanges(chunk.copy(entry.value) ?? [])
          guard changes.sequence >= tail.redoFrom else { continue }
          for change in changes.changes where change.id == id { value = change.value }
        }
      }
    }
    guard let value else { return nil }
    return try LogError.decoding(state) { () throws(CodecError) in
      guard case .identifier(let record) = try StateCodec.decode(value).content else { return nil }
      return record.register
    }
  }

  private func read(
    _ partition: TopicPartition, from: NextOffset, to end: NextOffset, _ reader: any PartitionReader,
    _ body: (RecordChunk) throws -> Void
  ) throws {
    try reader.read(partition, from: from, to: end, patience: patience) { chunk in
      try LogError.decoding(partition) { try body(chunk) }
      return true
    }
  }
}
