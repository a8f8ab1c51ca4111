package import WireFormat

/// What has changed in a view's lanes since somebody asked last.
package struct LaneChanges: Sendable, Hashable {
  /// Sessions that one answer tells of; who is further behind has lost them.
  static let maxSessions = 10_000

  /// Up to where it is told.
  package var position: ViewChanges.Position
  /// Each session once; `nil` if more has changed than is known.
  package var changes: [SessionChange]?

  /// - Parameter known: up to where the asker has heard; `nil` if he has not yet.
  package init(after known: ViewChanges.Position?, of log: ViewChanges) {
    guard let known else {
      (position, changes) = (log.position, nil)
      return
    }
    switch log.backlog(after: known, maxSessions: LaneChanges.maxSessions, where: { _ in true }) {
    case .nothing(let number):
      (position, changes) = (ViewChanges.Position(epoch: known.epoch, number: number), [])
    case .pending(let sessions, let last):
      position = ViewChanges.Position(epoch: known.epoch, number: last)
      changes = sessions.map(\.change)
    case .lost: (position, changes) = (log.position, nil)
    }
  }

  package var bytes: [UInt8] {
    var writer = BinaryWriter()
    writer.string(position.text)
    writer.optional(changes) { writer, changes in
      writer.list(changes) { writer, change in
        writer.string(change.id)
        writer.flag(change.isGone)
        writer.string(change.type)
        writer.string(change.customerIDType)
        writer.string(change.customerID)
        writer.string(change.contactID)
        writer.strings(change.divisions)
      }
    }
    return writer.bytes
  }

  package init(decoding bytes: [UInt8]) throws(CodecError) {
    var reader = BinaryReader(bytes)
    guard let position = ViewChanges.Position(try reader.string()) else { throw CodecError("no position") }
    self.position = position
    changes = try reader.optional { (reader) throws(CodecError) in
      try reader.list { (reader) throws(CodecError) in
        SessionChange(
          id: try reader.string(), isGone: try reader.flag(), type: try reader.string(),
          customerIDType: try reader.string(), customerID: try reader.string(),
          contactID: try reader.optionalString(), divisions: try reader.strings())
      }
    }
    guard reader.isAtEnd else { throw CodecError("changes go on behind their end") }
  }
}
