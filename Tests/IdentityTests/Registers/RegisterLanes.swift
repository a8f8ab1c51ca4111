import Identity
import JourneyModel
import SeededGenerator

/// Lanes with registers, and messages under way between them.
struct RegisterLanes {
  /// Ways to be wrong, each of which a test must notice.
  enum Fault: CaseIterable {
    case linkAnyWay, adoptNotForwarded, lastResolveWins, linksInOrderOfArrival, noHubRule, lostInside
    case erasedWithoutStub, forgottenWithoutVersion, mergedBeforeFiltering, erasuresStayBehind

    /// Those that need somebody to be erased.
    static let ofErasure: [Fault] = [
      .erasedWithoutStub, .forgottenWithoutVersion, .mergedBeforeFiltering, .erasuresStayBehind,
    ]
    static let ofMerging = allCases.filter { !ofErasure.contains($0) }
  }

  /// What a reader of contacts knows of an id.
  enum Seen: Hashable {
    case contact(Contact)
    case merged(into: ContactID)
  }

  private(set) var registers: [IdentifierKey: Register] = [:]
  private var underWay: [(from: LaneNumber, envelope: RegisterMessage.Envelope)] = []
  let rules: RegisterRules
  private let fault: Fault?
  private let isOrdered: Bool
  private(set) var delivered = 0
  private(set) var longest = 0
  private(set) var links = 0
  private(set) var aliases: [ContactID: AliasRegister] = [:]
  /// By watchers, devices and askers.
  private(set) var told: [RegisterMessage.Envelope] = []
  private(set) var view: [ContactID: Seen] = [:]
  /// All that were erased, the newest of each.
  private(set) var erasures: [IdentifierKey: Erasure] = [:]
  private(set) var refusals: [Refusal] = []
  /// What readers are told of contacts that became others, in order.
  private(set) var changes: [ContactChange] = []
  /// What went wrong on the way.
  private(set) var problems: [String] = []

  /// Lanes in which nothing has happened.
  init(_ rules: RegisterRules, fault: Fault? = nil, isOrdered: Bool) {
    var rules = rules
    if fault == .noHubRule { rules.limits.maxPartners = 1_000 }
    self.rules = rules
    self.fault = fault
    self.isOrdered = isOrdered
  }

  init(_ history: RegisterHistory, fault: Fault?, isOrdered: Bool, _ random: inout SeededGenerator) {
    self.init(history.rules, fault: fault, isOrdered: isOrdered)
    for claim in history.claims { say(claim, &random) }
  }

  /// A session somewhere says something.
  mutating func say(_ claim: Claim, _ random: inout SeededGenerator) {
    send(.claim(claim), to: rules.node(of: claim.identifier), from: LaneNumber(Int32(random.pick(100...103))))
  }

  mutating func send(_ message: RegisterMessage, to node: NodeRef, from lane: LaneNumber = 100) {
    underWay.append((lane, RegisterMessage.Envelope(to: node, message)))
  }

  mutating func send(_ command: Command, from lane: LaneNumber = 100) {
    send(.command(command), to: command.destination(rules), from: lane)
  }

  /// Time passes in all lanes.
  mutating func tick(at now: EventTime) {
    for key in registers.keys.sorted() {
      guard var register = registers[key] else { continue }
      let output = register.tick(at: now, rules)
      registers[key] = register
      see(output)
      for sent in output.messages { underWay.append((register.node.lane, sent)) }
    }
  }

  /// Delivers until nothing is under way, or so many.
  mutating func run(_ random: inout SeededGenerator, most: Int = .max) {
    var rest = most
    while !underWay.isEmpty, rest > 0 {
      rest -= 1
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
    if case .forget(let told) = envelope.message, told.cause == .erased, told.key == envelope.to.key {
      forgottenThrough[told.key] = max(forgottenThrough[told.key] ?? told.time, told.time)
    }
    if let id = contact(envelope.message) {
      var register = aliases[id] ?? AliasRegister(id)
      let output = register.receive(envelope.message, rules)
      aliases[id] = register
      see(output)
      return output.messages
    }
    if isForOthers(envelope) {
      told.append(envelope)
      return []
    }
    let key = envelope.to.key
    var register = registers[key] ?? Register(envelope.to)
    if register.node.lane != envelope.to.lane { problems.append("a register in two lanes") }
    let wasRoot = register.isRoot
    let before = register.parent
    let sent: [RegisterMessage.Envelope]
    if let instead = broken(envelope.message, &register) {
      sent = instead
    } else {
      let output = register.receive(envelope.message, rules)
      see(output)
      check(envelope.message, before: registers[key], after: register, output)
      sent = output.messages
    }
    if fault == .erasedWithoutStub { register.stub = nil }
    if wasRoot, !register.isRoot { links += 1 }
    if let parent = register.parent {
      if parent.key >= key { problems.append("a parent is not smaller") }
      if let before, parent.key > before.key { problems.append("a parent grew") }
      if !register.cluster.isEmpty { problems.append("a linked register holds a cluster") }
    } else if before != nil {
      problems.append("a link was taken back")
    }
    let cluster = register.cluster
    let again = Cluster(
      members: cluster.members, assertions: cluster.assertions, shared: cluster.shared,
      erasures: cluster.erasures, requests: cluster.requests)
    if again != cluster { problems.append("a cluster is read as another one") }
    registers[key] = register
    return sent
  }

  /// The contact's id to whose lane a message goes.
  private func contact(_ message: RegisterMessage) -> ContactID? {
    switch message {
    case .alias(let alias): alias.contact
    case .command(let command): if case .contact(let id) = command.subject { id } else { nil }
    default: nil
    }
  }

  private func isForOthers(_ envelope: RegisterMessage.Envelope) -> Bool {
    switch envelope.message {
    case .resolved, .grantAnswered: true
    case .forget(let told): told.key != envelope.to.key
    default: false
    }
  }

  private mutating func see(_ output: RegisterOutput) {
    for removal in output.removed { view[removal.id] = nil }
    for contact in output.contacts { view[contact.id] = .contact(contact) }
    for (id, canonical) in output.merged { view[id] = .merged(into: canonical) }
    refusals += output.refusals
    changes += output.changes
  }

  private mutating func check(
    _ message: RegisterMessage, before: Register?, after: Register, _ output: RegisterOutput
  ) {
    for case .forget(let told) in output.messages.map(\.message) where told.cause == .erased {
      note(Erasure(told.key, at: told.time, generation: told.generation))
    }
    let key = after.node.key
    if case .command = message, let stub = after.stub, stub != before?.stub {
      note(stub)
      forgottenThrough[key] = stub.time
    }
    guard case .claim(let claim) = message, let through = forgottenThrough[key],
      claim.stamp.time <= through
    else { return }
    if !output.refusals.contains(Refusal(claim.stamp.id, .erased)) { problems.append("not refused") }
  }

  /// Until when each register has been told to forget.
  private var forgottenThrough: [IdentifierKey: EventTime] = [:]

  mutating func note(_ erasure: Erasure) {
    var known = erasures[erasure.key] ?? erasure
    known.merge(erasure)
    erasures[erasure.key] = known
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
    case (.forgottenWithoutVersion, .forget):
      let sent = register.receive(message, rules).messages
      register.forgotten = nil
      return sent
    case (.mergedBeforeFiltering, .note(let news)) where register.isRoot:
      return register.receive(.note(mixed(news, register)), rules).messages
    case (.erasuresStayBehind, .adopt(let cluster, let revision)):
      let rest = Cluster(
        members: cluster.members.elements, assertions: cluster.assertions.elements,
        shared: cluster.shared.elements)
      return register.receive(.adopt(rest, revision: revision), rules).messages
    default: return nil
    }
  }

  /// What comes of taking the newest of times before what was erased is left out.
  private func mixed(_ news: Cluster, _ register: Register) -> Cluster {
    let members = news.members.elements.map { member -> Member in
      guard let known = register.cluster.member(member.key) else { return member }
      var member = member
      member.last = max(member.last, known.last)
      member.generation = known.generation
      return member
    }
    return Cluster(
      members: members, assertions: news.assertions.elements, shared: news.shared.elements,
      erasures: news.erasures.elements)
  }

  /// What readers see that is not so.
  var misread: [String] {
    let found = contacts.map(\.contact)
    var problems: [String] = []
    for contact in found where view[contact.id] != .contact(contact) { problems.append("another contact") }
    let ids = Set(found.map(\.id))
    for (id, seen) in view {
      switch seen {
      case .contact: if !ids.contains(id) { problems.append("a contact that is none") }
      case .merged(let into): if !ids.contains(into) { problems.append("a contact's id leads nowhere") }
      }
    }
    return problems
  }

  /// The contacts that roots find.
  var contacts: [(contact: Contact, cluster: Cluster)] {
    registers.values.filter(\.isRoot).flatMap { root in
      root.cluster.contacts(rules.limits).contacts.map { ($0, root.cluster) }
    }
  }
}
