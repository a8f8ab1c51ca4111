import JourneyModel
import JourneyRules
import Testing

@testable import LogTools

/// What one of two sets gave and the other did not, within bounds.
@Suite struct DifferenceBookTests {
  private func entry(
    _ session: String, _ word: String = "assigned", at time: Int64 = 0, of definition: String = "s"
  ) -> DifferenceBook.Entry {
    DifferenceBook.Entry(
      happening: Comparison.Happening(kind: .segment, definition: definition, word: word), session: session,
      customerID: "c", customerIDType: "cookie", time: EventTime(milliseconds: time), event: "e\(time)")
  }

  @Test func whatBothGaveLeavesNoRow() {
    var book = DifferenceBook()
    book.take(old: [entry("a")], new: [entry("a"), entry("b")])
    #expect(book.rows.map(\.session) == ["b"])
    // Sooner by the new ones, and in the end as often.
    book.take(old: [entry("b", at: 5)], new: [])
    #expect(book.rows.map { [$0.old.count, $0.new.count] } == [[1, 1]])
    #expect(book.rows[0].new.event == "e0" && book.rows[0].old.event == "e5")
    #expect(book.totals.map { [$0.old, $0.new] } == [[2, 2]])
  }

  @Test(arguments: [2, 3, 4]) func moreThanItMayKeepAreCounted(maxRows: Int) {
    var book = DifferenceBook(maxRows: maxRows)
    book.take(old: [], new: [entry("a"), entry("b")])
    book.take(old: [entry("c")], new: [entry("d"), entry("c")])
    #expect(book.rows.map(\.session) == Array(["a", "b", "d"].prefix(maxRows)))
    #expect(book.omitted == max(0, 3 - maxRows))
    #expect(book.totals.map { [$0.old, $0.new] } == [[1, 4]])
  }

  @Test func lanesTogetherAreSorted() {
    var book = DifferenceBook(maxRows: 3)
    book.take(old: [entry("b", of: "t"), entry("z")], new: [])
    var other = DifferenceBook(maxRows: 3)
    other.take(old: [entry("a"), entry("m", "unassigned")], new: [])
    book.merge(other)
    #expect(book.rows.map(\.session) == ["a", "z", "m"])
    #expect(book.omitted == 1)
    #expect(book.totals.map(\.happening.word) == ["assigned", "unassigned", "assigned"])
  }
}
