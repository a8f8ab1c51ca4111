import Foundation
import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Registers in many lanes against the rules applied to all that was said at once.
@Suite struct RegisterPropertyTests {
  /// `IDENTITY_HISTORIES`; the full count is 3000.
  private let histories =
    ProcessInfo.processInfo.environment["IDENTITY_HISTORIES"].flatMap { Int($0) } ?? 200

  /// A contact in words, without what depends on who came first: ids under which it was seen on the way.
  private func comparable(_ words: String, onlyGroups: Bool) -> String {
    var parts = words.components(separatedBy: " | ")
    if onlyGroups { return parts[0] + " " + parts[2] }
    parts.removeAll { $0.hasPrefix("was ") }
    return parts.joined(separator: " | ")
  }

  private struct Outcome {
    var differences: [String] = []
    var messages = 0
    var links = 0
    var refusals = 0
    var claims = 0
  }

  private func run(_ seed: UInt64, fault: RegisterLanes.Fault?) -> Outcome {
    var random = SeededGenerator(seed: seed)
    let history = RegisterHistory(&random, lanes: Int32(random.pick(1...16)))
    var lanes = RegisterLanes(history, fault: fault, isOrdered: random.chance(50), &random)
    lanes.run(&random)
    var outcome = Outcome()
    outcome.differences = lanes.problems
    (outcome.messages, outcome.links) = (lanes.delivered, lanes.links)
    outcome.claims = history.claims.count
    guard lanes.problems.isEmpty || fault == nil else { return outcome }

    // Of links that were looked at in another order, only groups tell.
    let onlyGroups = fault == .linksInOrderOfArrival
    let expected = ObviousContacts(facts: history.facts, limits: history.rules.limits).contacts()
    let contacts = lanes.contacts
    let found = contacts.map { $0.contact.description($0.cluster) }
    let left = found.map { comparable($0, onlyGroups: onlyGroups) }.sorted()
    let right = expected.map { comparable($0, onlyGroups: onlyGroups) }.sorted()
    if left != right {
      outcome.differences += [
        "found \(left.filter { !right.contains($0) }) instead of \(right.filter { !left.contains($0) })"
      ]
    }
    if fault == nil { outcome.differences += lanes.misread }
    outcome.refusals = contacts.reduce(0) { $0 + $1.contact.suggestions.count }
    for (contact, cluster) in contacts {
      if lanes.aliases[contact.id]?.alias?.node?.key != contact.canonical {
        outcome.differences.append("no alias")
      }
      for key in contact.identifiers {
        let answer = lanes.registers[key]?.resolution?.answer
        if answer?.contact != contact.id || answer?.name != contact.name || answer?.type != contact.type {
          outcome.differences.append("a register knows another contact")
        }
        // The root is the smallest of what hangs together, found along parents.
        var node = key
        while let parent = lanes.registers[node]?.parent { node = parent.key }
        if lanes.registers[node]?.cluster != cluster { outcome.differences.append("another root") }
      }
    }
    return outcome
  }

  @Test func contactsAreTheSameInAnyOrderOfDelivery() {
    var (messages, links, refusals, claims) = (0, 0, 0, 0)
    for seed in 0..<UInt64(histories) {
      let outcome = run(seed, fault: nil)
      #expect(outcome.differences == [], "seed \(seed)")
      messages += outcome.messages
      links += outcome.links
      refusals += outcome.refusals
      claims += outcome.claims
    }
    #expect(links > histories * 2)
    #expect(refusals > histories)
    #expect(messages > claims * 2)
  }

  @Test(arguments: RegisterLanes.Fault.ofMerging)
  func whatIsBrokenIsNoticed(_ fault: RegisterLanes.Fault) {
    // Until it is sure.
    var noticed = 0
    for seed in 0..<UInt64(400) where noticed <= 5 {
      if !run(seed, fault: fault).differences.isEmpty { noticed += 1 }
    }
    #expect(noticed > 5, "\(fault)")
  }
}
