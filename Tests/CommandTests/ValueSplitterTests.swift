import SeededGenerator
import Testing

@testable import sojourn

@Suite struct ValueSplitterTests {
  private func split(_ text: [UInt8], pieces: [Int]) -> (texts: [String], lines: [Int64]) {
    var splitter = ValueSplitter()
    var texts: [String] = []
    var lines: [Int64] = []
    var held: [UInt8] = []
    var at = 0
    for piece in pieces + [text.count] {
      let end = min(text.count, at + piece)
      let from = held.count
      held += text[at..<end]
      let isAtEnd = end == text.count
      let values = held.withUnsafeBytes { splitter.scan($0, from: from, isAtEnd: isAtEnd) }
      for value in values {
        texts.append(String(decoding: held[value.start..<value.end], as: UTF8.self))
        lines.append(value.line)
      }
      held = splitter.openValue.map { Array(held[$0...]) } ?? []
      splitter.moveToStart()
      at = end
      if isAtEnd { break }
    }
    return (texts, lines)
  }

  @Test(
    arguments: [
      ("{} {}\n{}", ["{}", "{}", "{}"], [1, 1, 2]),
      ("[1, \"a,]\\\"\", [2,3], {\"b\":[]}]", ["1", "\"a,]\\\"\"", "[2,3]", "{\"b\":[]}"], [1, 1, 1, 1]),
      ("[]\n[ ]\n", [], []),
      // Nothing is lost: what is no value comes out as one.
      ("{\"a\":1} oops {\"b\":2}", ["{\"a\":1}", "oops", "{\"b\":2}"], [1, 1, 1]),
      ("}\n{\"b\":2}", ["}", "{\"b\":2}"], [1, 2]),
      ("{\"a\":\"x\n}\n{\"b\":2}", ["{\"a\":\"x\n}", "{\"b\":2}"], [1, 3]),
      ("{\"a\":[1,\n2", ["{\"a\":[1,\n2"], [1]),
      ("[{\"a\":1}", ["{\"a\":1}"], [1]),
    ] as [(String, [String], [Int64])])
  func valuesAreCutOut(text: String, values: [String], lines: [Int64]) {
    let result = split(Array(text.utf8), pieces: [])
    #expect(result.texts == values)
    #expect(result.lines == lines)
  }

  /// Wherever the pieces end, and whatever the text is, the values are the same.
  @Test func piecesMakeNoDifference() {
    let alphabet = Array("{}[],:\"\\\n a1".utf8)
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let text = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        alphabet[Int.random(in: alphabet.indices, using: &generator)]
      }
      let whole = split(text, pieces: [])
      let pieces = (0..<60).map { _ in Int.random(in: 0...9, using: &generator) }
      let cut = split(text, pieces: pieces)
      #expect(cut.texts == whole.texts, "seed \(seed)")
      #expect(cut.lines == whole.lines, "seed \(seed)")
      // Every byte that says something is in a value, or is what is between the elements of an array.
      let said = text.filter { !" \n,[]".utf8.contains($0) }
      let kept = whole.texts.joined().utf8.filter { !" \n,[]".utf8.contains($0) }
      #expect(Array(kept) == said, "seed \(seed)")
    }
  }
}
