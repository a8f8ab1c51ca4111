import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Contacts of random histories against the rules as they are written.
@Suite struct ContactPropertyTests {
  @Test func contactsFollowFromWhatWasSaidInAnyOrder() {
    var contacts = 0
    var refusals: [String: Int] = [:]
    for seed in 0..<UInt64(randomCases) {
      var random = SeededGenerator(seed: seed)
      let facts = Fact.history(&random)
      var limits = IdentityLimits()
      (limits.emails, limits.phones) = (Int(random.pick(1...3)), Int(random.pick(1...3)))
      limits.maxIdentifiers = Int(random.pick(3...8))
      limits.maxSuggestions = Int(random.pick(1...4))
      let expected = ObviousContacts(facts: facts, limits: limits).contacts()
      let gathered = Pieces.merged(facts.map(\.cluster), &random)
      let partition = gathered.contacts(limits)
      let found = partition.contacts.map { $0.description(gathered) }.sorted()
      #expect(found == expected, "seed \(seed)")
      guard found == expected else { return }
      let again = Pieces.merged(facts.map(\.cluster), &random)
      #expect(again == gathered, "seed \(seed)")
      #expect(again.contacts(limits) == partition, "seed \(seed)")
      contacts += found.count
      for case .refused(let reason) in partition.decisions.map(\.outcome) {
        refusals[reason.name, default: 0] += 1
      }
      #expect(partition.decisions.count == gathered.assertions.count)
    }
    // Otherwise the histories would say nothing.
    #expect(contacts > randomCases)
    #expect(Set(refusals.keys) == ["cannot", "limits", "conflict", "full", "shared"])
  }

  @Test func everyIdentifierIsInOneContact() {
    for seed in 0..<UInt64(randomCases / 10) {
      var random = SeededGenerator(seed: seed)
      let gathered = Pieces.merged(Fact.history(&random).map(\.cluster), &random)
      let contacts = gathered.contacts(IdentityLimits()).contacts
      let all = contacts.flatMap(\.identifiers)
      #expect(all.sorted() == gathered.members.elements.map(\.key))
      #expect(Set(contacts.map(\.id)).count == contacts.count)
    }
  }
}

/// Clusters that come together in any order and any grouping.
enum Pieces {
  static func merged(_ pieces: [Cluster], _ random: inout SeededGenerator) -> Cluster {
    var rest = pieces.shuffled(using: &random)
    // What comes twice says nothing new.
    for piece in pieces where random.chance(10) { rest.append(piece) }
    while rest.count > 1 {
      let other = rest.remove(at: Int(random.pick(0...Int64(rest.count - 1))))
      let place = Int(random.pick(0...Int64(rest.count - 1)))
      rest[place].merge(other)
    }
    return rest.first ?? Cluster()
  }
}
