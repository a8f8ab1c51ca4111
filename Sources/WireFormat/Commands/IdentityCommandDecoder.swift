package import EventLog
package import Identity
package import JourneyModel
internal import JourneyRules

/// Reads records of the topic `identity`: `schemas/identity-command.schema.json`.
///
/// A decision has consequences that nobody sees at once, so what is not understood is refused whole: an
/// unknown member, one that the operation does not take, a value too many.
package struct IdentityCommandDecoder: Sendable, Hashable {
  package let limits: IdentityLimits
  package let identifiers: IdentifierRules

  /// Most bytes of a record's value.
  package static let mostBytes = 65_536
  /// Most identifiers of one command.
  package static let mostIdentifiers = 25
  /// Most sessions of one command.
  package static let mostSessions = 500

  package init(limits: IdentityLimits, identifiers: IdentifierRules) {
    self.limits = limits
    self.identifiers = identifiers
  }

  /// Reads all records of a chunk; none of them is an event.
  package func decode(_ chunk: RecordChunk) -> DecodedChunk {
    var decoded = DecodedChunk(chunk: chunk, batch: EventBatch(), rejections: [])
    for (record, entry) in chunk.entries.enumerated() {
      do throws(CommandProblemAt) {
        let value = entry.value.map { Array(chunk.bytes[$0.indices]) } ?? []
        decoded.commands.append(ReceivedCommand(record: record, command: try command(value)))
      } catch {
        decoded.rejections.append(Rejection(record: record, reason: error.reason, message: error.message))
      }
    }
    return decoded
  }

  /// Reads one command.
  ///
  /// - Throws: why it is none, with path, value and expectation.
  package func command(_ value: [UInt8]) throws(CommandProblemAt) -> IdentityCommand {
    let members = try IdentityCommandDecoder.members(of: value)
    return try CommandReader(members, self).command()
  }

  /// The members of a command's object.
  static func members(of value: [UInt8]) throws(CommandProblemAt) -> [DefinitionValue.Member] {
    guard !value.isEmpty else { throw CommandProblemAt(.emptyPayload) }
    guard value.count <= IdentityCommandDecoder.mostBytes else {
      throw CommandProblemAt(
        .tooLarge, "a command has at most \(IdentityCommandDecoder.mostBytes) bytes, not \(value.count)")
    }
    var bounds = DefinitionLimits()
    bounds.maxDocumentBytes = IdentityCommandDecoder.mostBytes
    bounds.maxDepth = 6
    bounds.maxNodes = 4_096
    let document: DefinitionValue
    do {
      document = try DefinitionJSON.read(value, limits: bounds)
    } catch {
      throw CommandProblemAt(.malformedJSON, "the value is no JSON text: \(error)")
    }
    guard case .object(let members) = document else { throw CommandProblemAt(.notAnObject) }
    return members
  }
}

/// Why something is no command.
package struct CommandProblemAt: Error, Sendable, Hashable {
  package var reason: RejectionReason
  /// Path, value and expectation; `nil` where the reason says it all.
  package var message: String?

  package init(_ reason: RejectionReason, _ message: String? = nil) {
    self.reason = reason
    self.message = message
  }

  /// A member with another value than it may have.
  static func at(_ path: String, _ value: String?, expected: String) -> CommandProblemAt {
    let shown = value.map { " '\($0.prefix(100))'" } ?? ""
    return CommandProblemAt(.badCommand, "\(path)\(shown): expected \(expected)")
  }
}
