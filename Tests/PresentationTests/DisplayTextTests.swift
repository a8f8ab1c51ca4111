import Testing

@testable import Presentation

@Suite struct DisplayTextTests {
  @Test func controlCharactersCannotReachATerminal() {
    let text = DisplayText("a\u{1b}[31mb\r\n\u{9b}c\u{202e}").text
    for scalar in text.unicodeScalars {
      #expect(scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar.value != 0x202e)
    }
    #expect(text.contains("[31mb"))
  }

  /// What joins is text: without it a family of four is four people, and Persian words fall apart.
  @Test func joinersStay() {
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦"
    #expect(DisplayText(family).text == family && DisplayText.width(family) == 2)
    #expect(DisplayText("می\u{200c}خواهم").text == "می\u{200c}خواهم")
    #expect(DisplayText("a\u{200e}\u{2066}\u{feff}b").text == "a\u{fffd}\u{fffd}\u{fffd}b")
  }

  @Test(arguments: [("", 0), ("abc", 3), ("“é”", 3), ("e\u{301}", 1), ("日本", 4), ("🚲", 2)])
  func widths(text: String, columns: Int) {
    #expect(DisplayText.width(text) == columns)
  }

  @Test(arguments: 1...8)
  func fittedTextHasTheWidthAskedFor(columns: Int) {
    for text in ["", "a", "abcdefghijkl", "日本語テキスト", "é日é日é日"] {
      #expect(DisplayText.width(DisplayText.fit(text, to: columns)) == columns)
    }
  }
}
