import JourneyModel
import Testing

@testable import LogTools
@testable import Processor

/// The bounds of what an explanation keeps.
@Suite struct SeenValuesTests {
  private func moment(_ sequence: Int) -> Hits.Moment {
    Hits.Moment(sequence: sequence, time: EventTime(milliseconds: Int64(sequence)), event: "e\(sequence)")
  }

  @Test(arguments: [-1, 0, 1])
  func theNewestDifferentValuesAreKept(_ offset: Int) {
    var seen = SeenValues()
    let count = SeenValues.maxKept + offset
    for number in 0..<count { seen.add(["v\(number)"], holds: false, at: moment(number)) }
    #expect(seen.kept.count == min(count, SeenValues.maxKept))
    #expect(seen.omitted == max(offset, 0))
    #expect(seen.kept.last?.values == ["v\(count - 1)"])
    #expect(seen.asked == count)
  }

  @Test func aValueThatComesAgainIsCounted() {
    var seen = SeenValues()
    seen.add(["a"], holds: false, at: moment(0))
    seen.add(["b"], holds: false, at: moment(1))
    seen.add([], holds: false, at: moment(2))
    seen.add(["a"], holds: false, at: moment(3))
    #expect(seen.kept.map(\.values) == [["b"], ["a"]])
    #expect(seen.kept.map(\.count) == [1, 2])
    #expect(seen.kept.last?.last.event == "e3")
    #expect((seen.asked, seen.missing) == (4, 1))
  }

  @Test(arguments: [-1, 0, 1])
  func longValuesAreCut(_ offset: Int) {
    var seen = SeenValues()
    let text = String(repeating: "x", count: SeenValues.maxCharacters + offset)
    seen.add([text], holds: true, at: moment(0))
    #expect((seen.kept[0].values[0] == text) == (offset <= 0))
    #expect(seen.kept[0].values[0].count == min(text.count, SeenValues.maxCharacters + 1))
  }

  @Test(arguments: [-1, 0, 1])
  func aListShowsSoManyOfItsValues(_ offset: Int) {
    var seen = SeenValues()
    let values = (0..<SeenValues.maxValues + offset).map { "v\($0)" }
    seen.add(values, holds: true, at: moment(0))
    #expect(seen.kept[0].values.count == min(values.count, SeenValues.maxValues))
  }

  @Test(arguments: [-1, 0, 1])
  func theFirstMomentStaysAndTheNewestGoOn(_ offset: Int) {
    var hits = Hits()
    let count = Hits.maxNewest + offset
    for number in 0..<count { hits.add(moment(number)) }
    #expect(hits.count == count)
    #expect(hits.first == moment(0))
    #expect(hits.last == moment(count - 1))
    #expect(hits.newest.count == min(count, Hits.maxNewest))
  }

  @Test func mergingKeepsOrderOfAdmission() {
    var (left, right) = (Hits(), Hits())
    var (seenLeft, seenRight) = (SeenValues(), SeenValues())
    for number in [1, 4] {
      left.add(moment(number))
      seenLeft.add(["x"], holds: false, at: moment(number))
    }
    for number in [0, 3, 9] {
      right.add(moment(number))
      seenRight.add([number == 9 ? "x" : "y"], holds: false, at: moment(number))
    }
    left.merge(right)
    seenLeft.merge(seenRight)
    #expect(left.count == 5)
    #expect(left.first == moment(0))
    #expect(left.newest.map(\.sequence) == [0, 1, 3, 4, 9])
    #expect(seenLeft.kept.map(\.values) == [["y"], ["x"]])
    #expect(seenLeft.kept.map(\.count) == [2, 3])
    #expect(seenLeft.asked == 5)
  }
}
