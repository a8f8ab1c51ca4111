import Foundation
import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Histories in which people are erased, against the rules applied to all that was said and not erased.
@Suite struct ErasurePropertyTests {
  /// `IDENTITY_ERASURES`; the full count is 6000.
  private let histories =
    ProcessInfo.processInfo.environment["IDENTITY_ERASURES"].flatMap { Int($0) } ?? 300

  private struct Outcome {
    var differences: [String] = []
    var erased = 0
    var returned = 0
    var refusals = 0
    var identifiers = 0
  }

  /// One history, delivered.
  private struct Run {
    let history: ErasureHistory
    var lanes: RegisterLanes
    /// All of each identifier, ascending.
    var erasures: [IdentifierKey: [Erasure]] = [:]
    var outcome = Outcome()

    mutating func round(_ round: Int, _ random: inout SeededGenerator) {
      for claim in history.claims[round] { lanes.say(claim, &random) }
      let end = ErasureHistory.end(round)
      for identifier in history.erased[round] {
        let quiet = history.pace == .quiet
        lanes.run(&random, most: quiet ? .max : Int(random.pick(0...20)))
        let before = erasures
        if quiet { note() }
        let groups =
          quiet
          ? ObviousContacts(
            facts: history.facts(through: round, erasures), limits: history.rules.limits
          ).groups() : []
        let node = history.rules.node(of: identifier)
        let command = Command(.erase(through: end), of: .identifier(node), Stamp(end, bytes("c\(round)")))
        lanes.send(command)
        guard quiet else { continue }
        lanes.run(&random)
        note()
        let new = Set(
          erasures.filter { ($0.value.last?.time) == end && before[$0.key]?.last?.time != end }.keys)
        let isNew = before[identifier.key]?.last?.time != end
        let expected = isNew ? groups.first { $0.contains(identifier.key) } ?? [identifier.key] : []
        if new != expected { outcome.differences.append("another group was erased") }
      }
      if history.pace != .overtaking { lanes.run(&random) }
      note()
    }

    mutating func note() {
      for (key, erasure) in lanes.erasures where erasures[key]?.last != erasure {
        if let last = erasures[key]?.last, last.time >= erasure.time {
          outcome.differences.append("erased twice at one time")
        }
        erasures[key, default: []].append(erasure)
      }
    }
  }

  private func run(_ seed: UInt64, fault: RegisterLanes.Fault?) -> Outcome {
    var random = SeededGenerator(seed: seed)
    let history = ErasureHistory(&random)
    var run = Run(
      history: history, lanes: RegisterLanes(history.rules, fault: fault, isOrdered: random.chance(50)))
    for round in history.claims.indices { run.round(round, &random) }
    run.lanes.run(&random)
    run.note()
    var outcome = run.outcome
    let lanes = run.lanes
    outcome.differences += lanes.problems
    outcome.erased = run.erasures.count
    outcome.refusals = lanes.refusals.count { $0.reason == .erased }
    outcome.identifiers = lanes.registers.count
    guard lanes.problems.isEmpty || fault == nil else { return outcome }
    // What overtakes its erasure is told apart from the older by its time alone.
    let isExact = history.pace != .overtaking
    let facts = history.facts(through: history.claims.count - 1, run.erasures)
    let expected = ObviousContacts(facts: facts, limits: history.rules.limits).contacts()
    let contacts = lanes.contacts
    let found = contacts.map { $0.contact.description($0.cluster) }
    let left = found.map { comparable($0, isExact: isExact) }.sorted()
    let right = expected.map { comparable($0, isExact: isExact) }.sorted()
    if left != right {
      outcome.differences.append(
        "found \(left.filter { !right.contains($0) }) instead of \(right.filter { !left.contains($0) })")
    }
    outcome.differences += lanes.misread
    outcome.differences += remains(run, contacts.map(\.contact), &outcome)
    return outcome
  }

  /// Only what does not depend on when somebody who came back while being erased was first seen.
  private func comparable(_ words: String, isExact: Bool) -> String {
    var parts = words.components(separatedBy: " | ")
    parts.removeAll { $0.hasPrefix("was ") }
    return isExact ? parts.joined(separator: " | ") : parts[2] + parts[5]
  }

  /// What is still known of who was erased.
  private func remains(_ run: Run, _ contacts: [Contact], _ outcome: inout Outcome) -> [String] {
    var problems: [String] = []
    let ids = Dictionary(contacts.map { ($0.id, $0) }) { first, _ in first }
    for (key, all) in run.erasures {
      guard let newest = all.last, let register = run.lanes.registers[key] else { continue }
      if register.stub != newest { problems.append("another stub") }
      if let evidence = register.evidence {
        outcome.returned += 1
        if evidence.last <= newest.time { problems.append("erased evidence") }
        if evidence.generation != newest.generation { problems.append("the erased person came back") }
        if register.resolution.map({ ids[$0.answer.contact] == nil }) ?? true {
          problems.append("a register knows no contact")
        }
      } else if register.resolution != nil {
        problems.append("an erased contact was revived")
      }
      if register.partners.contains(where: { run.lanes.registers[$0] == nil }) {
        problems.append("a partner")
      }
    }
    for (id, register) in run.lanes.aliases where register.alias?.node != nil {
      let key = register.alias?.node?.key
      let now = contacts.first { contact in key.map { contact.identifiers.contains($0) } ?? false }
      if now == nil { problems.append("an alias of nobody: \(text(id.text))") }
      if let now, now.id != id, !now.mergeSet.contains(id) { problems.append("an alias of somebody else") }
    }
    return problems
  }

  @Test func whatWasErasedIsGoneInAnyOrderOfDelivery() {
    var (erased, returned, refusals, identifiers) = (0, 0, 0, 0)
    for seed in 0..<UInt64(histories) {
      let outcome = run(seed, fault: nil)
      #expect(outcome.differences == [], "seed \(seed)")
      erased += outcome.erased
      returned += outcome.returned
      refusals += outcome.refusals
      identifiers += outcome.identifiers
    }
    #expect(erased > histories)
    #expect(returned > histories / 4)
    #expect(refusals > histories / 10)
    #expect(identifiers > histories * 2)
    print("erased \(erased), returned \(returned), refused \(refusals), identifiers \(identifiers)")
  }

  @Test(arguments: RegisterLanes.Fault.ofErasure)
  func whatIsBrokenIsNoticed(_ fault: RegisterLanes.Fault) {
    var noticed = 0
    for seed in 0..<UInt64(1_000) where noticed <= 5 {
      if !run(seed, fault: fault).differences.isEmpty { noticed += 1 }
    }
    #expect(noticed > 5, "\(fault)")
  }
}
