import Identity
import JourneyModel
import SeededGenerator

/// Lanes with registers, and messages under way between them.
struct RegisterLanes {
  /// Ways to be wrong, each of which a test must notice.
  enum Fault: CaseIterable {
    case linkAnyWay, adoptNotForwarded, lastResolveWins, linksInOrderOfArrival, noHubRule, lostInside
  }

  private(set) var registers: [IdentifierKey: Register] = [:]
  private var underWay: [(from: Int32, envelope: RegisterMessage.Envelope)]
  private let rules: RegisterRules
  private let fault: Fault?
  private let isOrdered: Bool
  private(set) var delivered = 0
  private(set) var longest = 0
  private(set) var links = 0
  private(set) var aliases: [ContactID: NodeRef] = [:]
  /// What went wrong on the way.
  private(set) var problems: [String] = []

  init(_ history: RegisterHistory, fault: Fault?, isOrdered: Bool, _ random: inout SeededGenerator) {
    var rules = history.rules
    if fault == .noHubRule { rules.limits.maxPartners = 1_000 }
    self.rules = rules
    self.fault = fault
    self.isOrdered = isOrdered
    // Sessions are anywhere.
    underWay = history.claims.map { claim in
      (
        Int32(random.pick(100...103)),
        RegisterMessage.Envelope(to: rules.node(of: claim.identifier), .claim(claim))
      )
    }
  }

  /// Delivers until nothing is under way.
  mutating func run(_ random: inout SeededGenerator) {
    while !underWay.isEmpty {
      var place = Int(random.pick(0...Int64(underWay.count - 1)))
      if isOrdered {
        let (from, to) = (underWay[place].from, underWay[place].envelope.to.lane)
        place = underWay.firstIndex { $0.from == from && $0.envelope.to.lane == to } ?? place
      }
      let envelope = underWay.remove(at: place).envelope
      // What a lane tells itself it applies at once, first in, first out.
      var here = [envelope]
      while !here.isEmpty {
        let next = here.removeFirst()
        for sent in deliver(next) {
          if sent.to.lane == envelope.to.lane {
            here.append(sent)
          } else {
            underWay.append((envelope.to.lane, sent))
          }
        }
        guard delivered < 20_000 else {
          problems.append("does not come to rest")
          return
        }
      }
      longest = max(longest, underWay.count)
    }
  }

  private mutating func deliver(_ envelope: RegisterMessage.Envelope) -> [RegisterMessage.Envelope] {
    delivered += 1
    if case .alias(let id, let node) = envelope.message {
      if let known = aliases[id], known != node { problems.append("two stand for one contact") }
      aliases[id] = node
      return []
    }
    let key = envelope.to.key
    var register = registers[key] ?? Register(envelope.to)
    if register.node.lane != envelope.to.lane { problems.append("a register in two lanes") }
    let wasRoot = register.isRoot
    let before = register.parent
    let sent = broken(envelope.message, &register) ?? register.receive(envelope.message, rules).messages
    if wasRoot, !register.isRoot { links += 1 }
    if let parent = register.parent {
      if parent.key >= key { problems.append("a parent is not smaller") }
      if let before, parent.key > before.key { problems.append("a parent grew") }
      if !register.cluster.isEmpty { problems.append("a linked register holds a cluster") }
    } else if before != nil {
      problems.append("a link was taken back")
    }
    registers[key] = register
    return sent
  }

  /// What a faulty register does; `nil` where it does the right thing.
  private func broken(_ message: RegisterMessage, _ register: inout Register) -> [RegisterMessage.Envelope]? {
    switch (fault, message) {
    case (.linkAnyWay, .union(let other, let assertion))
    where register.isRoot && register.node.key < other.key:
      var cluster = register.cluster
      cluster.add(assertion)
      let revision = register.revision
      register.parent = other
      register.cluster = Cluster()
      return [RegisterMessage.Envelope(to: other, .adopt(cluster, revision: revision))]
    case (.adoptNotForwarded, .adopt(let cluster, _)) where !register.isRoot:
      register.cluster.merge(cluster)
      return []
    case (.lastResolveWins, .resolve):
      register.resolution = nil
      return nil
    case (.linksInOrderOfArrival, .claim(var claim)):
      var alone = claim
      alone.partners = []
      var sent = register.receive(.claim(alone), rules).messages
      claim.stamp = stamp(Int64(1_000 + delivered), "e")
      claim.traits = []
      sent += register.receive(.claim(claim), rules).messages
      return sent
    case (.lostInside, .union(let other, _)) where register.isRoot && other.key == register.node.key:
      return []
    default: return nil
    }
  }

  /// The contacts that roots find.
  var contacts: [(contact: Contact, cluster: Cluster)] {
    registers.values.filter(\.isRoot).flatMap { root in
      root.cluster.contacts(rules.limits).contacts.map { ($0, root.cluster) }
    }
  }
}
