internal import EventLog
internal import Identity
internal import JourneyModel
package import Processor
internal import Sessionizer
package import WireFormat

/// What somebody decides about persons.
extension PersonHandler {
  package func obey(_ command: IdentityCommand, in lane: LaneMachine) {
    for order in command.orders {
      switch order {
      case .put(let identifiers, let traits):
        for claim in Command.put(identifiers, traits, command.stamp) {
          send(
            .init(to: rules.node(of: claim.identifier), .claim(claim)), at: command.stamp.time, nil, lane)
        }
      case .decide(let operation, let subject): decide(operation, subject, command.stamp, lane)
      case .erase(let subject):
        // It follows from the command alone: whoever reads it again erases the same. Nothing that was
        // admitted when it was given is newer.
        let through = command.stamp.time + lane.settings.sessions.maxFutureSkew
        decide(.erase(through: through), subject, command.stamp, lane)
      case .link(let session, let subject):
        decide(.link(session.node(partitions: partitions)), subject, command.stamp, lane)
      case .unlink(let session):
        send(
          .init(to: session.node(partitions: partitions), .linked(SessionLink(command.stamp, nil))),
          at: command.stamp.time, nil, lane)
      case .sweep(let sessions): sweep(sessions, at: command.stamp.time, lane)
      }
    }
  }

  private func decide(
    _ operation: Command.Operation, _ subject: IdentityCommand.Subject, _ stamp: Stamp, _ lane: LaneMachine
  ) {
    let subject: Command.Subject =
      switch subject {
      case .contact(let id): .contact(id)
      case .identifier(let identifier): .identifier(rules.node(of: identifier))
      }
    let command = Command(operation, of: subject, stamp)
    send(.init(to: command.destination(rules), .command(command)), at: stamp.time, nil, lane)
  }
}
