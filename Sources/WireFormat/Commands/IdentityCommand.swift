package import Identity
package import JourneyModel

/// What a record of the topic `identity` asks for: somebody's decision about persons. Which lanes it concerns
/// is not said here; whoever takes it up knows where identifiers and contacts have their registers.
package struct IdentityCommand: Sendable, Hashable {
  /// Whom it is about.
  package enum Subject: Sendable, Hashable {
    /// Whoever a contact's id stands for.
    case contact(ContactID)
    /// Whoever is known by an identifier.
    case identifier(Identifier)
  }

  /// One thing to be done.
  package enum Order: Sendable, Hashable {
    /// An address book's entry: the identifiers are one person's, who is known by those traits.
    case put([Identifier], [Trait])
    /// Something that is done at a contact.
    case decide(Command.Operation, Subject)
    /// The person is to be forgotten.
    case erase(Subject)
    /// A session is somebody's, whatever is named in it.
    case link(SessionReference, Subject)
    /// What was decided about a session is taken back.
    case unlink(SessionReference)
    /// Records of sessions are taken back that the lane has written and holds no longer.
    case sweep([SessionID])
  }

  /// When it was given, and its id: what comes twice counts once.
  package var stamp: Stamp
  /// Its name, as it stands in the record.
  package var operation: String
  /// In the order in which they are done.
  package var orders: [Order]

  /// When it was given.
  package var time: EventTime { stamp.time }

  /// Of whom it is about first: the key of its record.
  package var key: [UInt8] {
    func key(_ subject: Subject) -> [UInt8] {
      switch subject {
      case .contact(let id): id.text
      case .identifier(let identifier): identifier.value
      }
    }
    switch orders.first {
    case .put(let identifiers, _)?: return identifiers.first?.value ?? []
    case .decide(_, let subject)?, .erase(let subject)?: return key(subject)
    case .link(let session, _)?, .unlink(let session)?: return session.placement
    case .sweep(let sessions)?:
      var text: [UInt8] = []
      sessions.first?.appendText(to: &text)
      return text
    case nil: return stamp.id
    }
  }

  package init(_ operation: String, _ orders: [Order], _ stamp: Stamp) {
    self.operation = operation
    self.orders = orders
    self.stamp = stamp
  }
}

/// A command among the records of a chunk.
package struct ReceivedCommand: Sendable {
  /// The record's number in its chunk.
  package var record: Int
  package var command: IdentityCommand

  package init(record: Int, command: IdentityCommand) {
    self.record = record
    self.command = command
  }
}
