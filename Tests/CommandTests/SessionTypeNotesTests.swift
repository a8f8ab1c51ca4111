import Testing

@testable import sojourn

@Suite struct SessionTypeNotesTests {
  private func notes(_ types: [String]) -> [String] {
    var notes = SessionTypeNotes()
    for (index, type) in types.enumerated() { notes.look(at: type, line: Int64(index + 1)) }
    return notes.notes
  }

  @Test func typesThatDifferByCaseAreNamedOnce() {
    #expect(notes(["delivery", "delivery", "order", "Order_2"]).isEmpty)
    #expect(
      notes(["Delivery", "order", "delivery", "DELIVERY", "delivery"]) == [
        "3: note: sessionType 'delivery' differs from 'Delivery' in line 1 by case only: they are two types"
      ])
  }

  @Test(arguments: [-1, 0, 1]) func typesAreBounded(_ offset: Int) {
    let many = (0..<SessionTypeNotes.maxTypes + offset).map { "t\($0)" }
    // The last one's second spelling is seen as long as the first was.
    let last = "T\(SessionTypeNotes.maxTypes + offset - 1)"
    #expect(notes(many + [last]).count == (offset <= 0 ? 1 : 0))
  }
}
