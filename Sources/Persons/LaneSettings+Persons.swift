package import Processor
internal import WireFormat

extension LaneSettings {
  /// Lets lanes look for persons.
  package mutating func findPersons(_ persons: PersonSettings) {
    decoding.readsTraits = true
    takeCommands(IdentityCommandDecoder(limits: persons.limits, identifiers: persons.identifiers))
    let (partitions, group) = (partitions, group)
    messaging = Messaging(name: "persons " + persons.signature) { lane in
      PersonHandler(persons, lane: lane, partitions: partitions, group: group)
    }
  }
}
