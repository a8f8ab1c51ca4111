import Identity
import JourneyModel
import SeededGenerator
import Testing

/// Lists in which each key is once, against a dictionary.
@Suite struct KeyedListTests {
  private func traits(_ random: inout SeededGenerator, _ count: ClosedRange<Int64>) -> [Identity.Trait] {
    (0..<random.pick(count)).map { _ in
      Trait(
        bytes("n\(random.pick(0...6))"), bytes("v\(random.pick(0...3))"), stamp(random.pick(1...5), "e"))
    }
  }

  /// Of each name what `Trait.merge` leaves, whatever came first.
  private func obvious(_ traits: [Identity.Trait]) -> [Identity.Trait] {
    var newest: [[UInt8]: Identity.Trait] = [:]
    for trait in traits {
      var known = newest[trait.name] ?? trait
      known.merge(trait)
      newest[trait.name] = known
    }
    return newest.values.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  @Test func isWhatADictionaryHas() {
    for seed in 0..<UInt64(randomCases) {
      var random = SeededGenerator(seed: seed)
      // One that comes alone goes another way than several.
      let (left, right) = (traits(&random, 0...8), traits(&random, seed.isMultiple(of: 2) ? 1...1 : 0...8))
      var list = KeyedList(left)
      #expect(list.elements == obvious(left), "seed \(seed)")
      list.merge(KeyedList(right))
      #expect(list.elements == obvious(left + right), "seed \(seed)")
      #expect(KeyedList(ascending: list.elements) == list, "seed \(seed)")
      #expect(list.count == list.elements.count)
    }
  }

  @Test func oneElementIsAList() {
    let trait = Trait(bytes("name"), bytes("Ada"), stamp(1))
    #expect(KeyedList(one: trait) == KeyedList([trait]))
    #expect(KeyedList(one: trait) == KeyedList(ascending: [trait]))
    #expect(!KeyedList(one: trait).isEmpty)
    #expect(KeyedList<Identity.Trait>() == KeyedList([]))
    let member = Member(email("a"), at: time(1))
    #expect(Cluster(member) == Cluster(members: [member]))
  }
}
