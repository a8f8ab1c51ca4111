/// What is kept of a contact's id, in the lane of the id: the identifier that stands for it.
package struct AliasRegister: Sendable, Hashable {
  package let contact: ContactID
  /// The newest that was told; `nil` until something is.
  package private(set) var alias: Alias?

  /// A register of which nothing is known.
  package init(_ contact: ContactID, _ alias: Alias? = nil) {
    self.contact = contact
    self.alias = alias
  }

  /// Applies an alias or a command of the contact's.
  package mutating func receive(_ message: RegisterMessage, _ rules: RegisterRules) -> RegisterOutput {
    var output = RegisterOutput()
    switch message {
    case .alias(let told):
      // An id that ends and begins in one step has begun.
      let isNews = alias.map { known in
        told.version.isNewer(than: known.version) || told.version == known.version && told.node != nil
      }
      if isNews ?? true { alias = told }
    case .command(let command): pass(command, rules, &output)
    default: break
    }
    return output
  }

  private func pass(_ command: Command, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    guard let node = alias?.node else {
      output.refusals.append(Refusal(command.stamp.id, .unknownContact, item: contact.text))
      return
    }
    guard case .merge(let rest, let found) = command.operation else {
      var command = command
      command.subject = .identifier(node)
      output.send(.command(command), to: node)
      return
    }
    let known = found + [node]
    let remaining = rest.filter { $0 != contact }
    if let next = remaining.first {
      let command = Command(.merge(rest: remaining, found: known), of: .contact(next), command.stamp)
      output.send(.command(command), to: command.destination(rules))
      return
    }
    // All are known: only now anything is done.
    output.send(
      .command(Command(.reunite(known), of: .identifier(known[0]), command.stamp)), to: known[0])
  }
}
