import Identity
import JourneyModel
import SeededGenerator

/// Lanes driven by hand, in the order of each pair of lanes.
struct LaneDriver {
  var lanes: RegisterLanes
  var random = SeededGenerator(seed: 7)
  private var number = 0

  init(_ limits: IdentityLimits = IdentityLimits(), lanes count: Int32 = 5, seed: UInt64 = 7) {
    random = SeededGenerator(seed: seed)
    let rules = RegisterRules(limits: limits, identifiers: IdentifierRules()) { value in
      LaneNumber(value.reduce(7) { ($0 &* 31 &+ Int32($1)) & 0x7fff_ffff } % count)
    }
    lanes = RegisterLanes(rules, isOrdered: true)
  }

  var limits: IdentityLimits { lanes.rules.limits }

  func node(_ identifier: Identifier) -> NodeRef { lanes.rules.node(of: identifier) }

  /// An event names identifiers together; it is on its way.
  mutating func say(
    _ identifiers: [Identifier], _ strength: EvidenceStrength = .authenticated, at milliseconds: Int64,
    separating: Bool = false, traits: [Trait] = [], watcher: NodeRef? = nil
  ) {
    number += 1
    for identifier in identifiers {
      let claim = Claim(
        identifier, strength, stamp(milliseconds, "e\(number)"),
        partners: identifiers.filter { $0 != identifier }, isSeparating: separating,
        traits: identifier == identifiers[0] ? traits : [], watcher: watcher)
      lanes.say(claim, &random)
    }
  }

  mutating func command(_ operation: Command.Operation, of identifier: Identifier, at milliseconds: Int64) {
    number += 1
    lanes.send(Command(operation, of: .identifier(node(identifier)), stamp(milliseconds, "c\(number)")))
  }

  mutating func command(_ operation: Command.Operation, of contact: ContactID, at milliseconds: Int64) {
    number += 1
    lanes.send(Command(operation, of: .contact(contact), stamp(milliseconds, "c\(number)")))
  }

  mutating func merge(_ contacts: [ContactID], at milliseconds: Int64) throws {
    number += 1
    lanes.send(try Command.merge(contacts, stamp(milliseconds, "c\(number)"), limits))
  }

  mutating func run(most: Int = .max) { lanes.run(&random, most: most) }

  mutating func tick(at milliseconds: Int64) {
    lanes.tick(at: time(milliseconds))
    run()
  }

  /// The values of each contact.
  var people: [[String]] {
    lanes.contacts.map { found in
      found.contact.identifiers.compactMap { found.cluster.member($0).map { text($0.identifier.value) } }
        .sorted()
    }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  func contact(_ identifier: Identifier) -> Contact? {
    lanes.contacts.first { $0.contact.identifiers.contains(identifier.key) }?.contact
  }

  func register(_ identifier: Identifier) -> Register? { lanes.registers[identifier.key] }

  /// What is wrong with it as it stands.
  var problems: [String] { lanes.problems + lanes.misread }
}
