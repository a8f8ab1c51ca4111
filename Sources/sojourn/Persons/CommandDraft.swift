import Foundation
import Identity
import JourneyModel
import Persons
import Processor
import WireFormat

/// A command about persons as it is published: `schemas/identity-command.schema.json`.
struct CommandDraft: Encodable {
  struct NamedIdentifier: Encodable {
    var type: String
    var value: String
    var externalSource: String?

    /// An argument `TYPE:VALUE`, or `TYPE@SOURCE:VALUE`; `nil` if it is none.
    init?(_ text: String) {
      guard let colon = text.firstIndex(of: ":") else { return nil }
      let head = text[..<colon].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = head.first, let type = IdentifierType(name: Array(name.utf8)), type.isStrong else {
        return nil
      }
      self.type = type.name
      value = String(text[text.index(after: colon)...])
      externalSource = head.count > 1 ? String(head[1]) : nil
      guard !value.isEmpty else { return nil }
    }
  }

  struct Assignment: Encodable {
    var segment: String
    var days: Int?

    /// An argument `SEGMENT` or `SEGMENT=DAYS`; `nil` if it is none.
    init?(_ text: String) {
      guard let sign = text.lastIndex(of: "=") else {
        segment = text
        return
      }
      guard let days = Int(text[text.index(after: sign)...]) else { return nil }
      segment = String(text[..<sign])
      self.days = days
    }
  }

  var id: String
  var createdDate: String
  var operation: String
  var contactId: String?
  var identifier: NamedIdentifier?
  var identifiers: [NamedIdentifier]?
  var contactIds: [String]?
  var traits: [String: String]?
  var assign: [Assignment]?
  var unassign: [String]?
  var session: NamedSession?
  var sessionIds: [String]?

  init(_ operation: String, id: String, at time: EventTime) {
    self.operation = operation
    self.id = id
    createdDate = time.iso8601
  }

  /// The record's value.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }
}

extension CommandRecord {
  /// Reads a value as the lanes of these settings would.
  ///
  /// - Throws: why it is no command.
  init(_ value: [UInt8], _ settings: Settings) throws(CommandProblemAt) {
    try self.init(value, settings.persons.commands)
  }
}

extension PersonSettings {
  /// What reads commands as lanes do.
  var commands: IdentityCommandDecoder {
    IdentityCommandDecoder(limits: limits, identifiers: identifiers)
  }
}
