internal import Identity
internal import JourneyModel

/// A command about persons that lanes would take up, as a record of the topic `identity`.
package struct CommandRecord: Sendable, Hashable {
  package var value: [UInt8]
  /// Of whom it is about: it then stands in the lane that is concerned first.
  package var key: [UInt8]
  /// Where it has to stand; `nil`: where its key places it.
  package var partition: Int32?

  /// Reads a value as lanes would.
  ///
  /// - Throws: why it is no command.
  package init(_ value: [UInt8], _ decoder: IdentityCommandDecoder) throws(CommandProblemAt) {
    let command = try decoder.command(value)
    self.value = value
    key = command.orders.first.map { CommandRecord.key($0) } ?? command.stamp.id
  }

  private static func key(_ order: IdentityCommand.Order) -> [UInt8] {
    func key(_ subject: IdentityCommand.Subject) -> [UInt8] {
      switch subject {
      case .contact(let id): id.text
      case .identifier(let identifier): identifier.value
      }
    }
    switch order {
    case .put(let identifiers, _): return identifiers.first?.value ?? []
    case .decide(_, let subject), .erase(let subject): return key(subject)
    case .sweep(let sessions):
      var text: [UInt8] = []
      sessions.first?.appendText(to: &text)
      return text
    }
  }
}
