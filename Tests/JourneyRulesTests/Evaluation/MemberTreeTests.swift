import JourneyModel
import SeededGenerator
import Testing

@testable import JourneyRules

/// Looking up members in compact JSON, against values of which it is known where they are.
@Suite struct MemberTreeTests {
  /// What a path leads to, as it was written.
  private struct Found: Hashable {
    var text: String
    var isEscaped: Bool
  }

  private func found(_ paths: [[String]], in json: String, padding: String = "") -> [Int: [Found]] {
    var tree = MemberPaths()
    let root = tree.addRoot()
    for (key, path) in paths.enumerated() { tree.add(path, key: Int32(key), to: root) }
    let bytes = Array((padding + json + padding).utf8)
    var leaves = ScratchList<MemberTree.Leaf>()
    MemberTree(tree).walk(
      ByteSlice(offset: padding.utf8.count, length: json.utf8.count), of: bytes, from: root, to: &leaves)
    var result: [Int: [Found]] = [:]
    for index in leaves.indices {
      let leaf = leaves[index]
      result[Int(leaf.key), default: []].append(
        Found(text: String(decoding: bytes[leaf.slice.indices], as: UTF8.self), isEscaped: leaf.isEscaped))
    }
    return result
  }

  /// Strings are looked through eight bytes at a time: quotes and escapes at every place in and around such a
  /// step.
  @Test func everyPlaceOfAnEscape() {
    for length in 0...20 {
      for place in 0...length {
        for escape in [#"\""#, #"\\"#, #"\n"#, #"\u0022"#] {
          let text =
            String(repeating: "x", count: place) + escape + String(repeating: "y", count: length - place)
          let json = #"{"a":"\#(text)","b":"\#(text)\\","c":7}"#
          let all = found([["a"], ["b"], ["c"]], in: json)
          #expect(all[0] == [Found(text: text, isEscaped: true)], "\(json)")
          #expect(all[1] == [Found(text: text + #"\\"#, isEscaped: true)], "\(json)")
          #expect(all[2] == [Found(text: "7", isEscaped: false)], "\(json)")
        }
      }
    }
  }

  /// Bytes that a trick with eight at a time could take for a quote or a backslash.
  @Test func bytesNextToQuotesEndNothing() {
    let near = ["!", "#", "[", "]", "\u{7f}", "¢", "Ü", "\u{fffd}", "😀"]
    for first in near {
      for second in near {
        for padding in ["", #"""#, #"\"#] {
          let text = first + second + "12345" + second + first
          let json = #"{"skipped":"\#(text)","a":{"b":"\#(text)"},"z":"\#(text)"}"#
          let all = found([["a", "b"], ["z"]], in: json, padding: padding)
          #expect(
            all == [0: [Found(text: text, isEscaped: false)], 1: [Found(text: text, isEscaped: false)]])
        }
      }
    }
  }

  @Test func seededObjects() {
    var generator = SeededGenerator(seed: 3)
    var values = 0
    var skipped = 0
    for _ in 0..<2_000 {
      var expected: [Int: [Found]] = [:]
      let json = object([], &generator, &expected, &skipped)
      #expect(found(Self.paths, in: json) == expected, "\(json)")
      values += expected.values.reduce(0) { $0 + $1.count }
    }
    #expect(values > 2_000)
    #expect(skipped > 2_000)
  }

  private static let paths = [["a"], ["b", "a"], ["b", "c"], ["b", "c", "a"], ["d"]]

  private func object(
    _ path: [String], _ generator: inout SeededGenerator, _ expected: inout [Int: [Found]],
    _ skipped: inout Int
  ) -> String {
    var members: [String] = []
    for name in ["a", "b", "c", "d", "e"] where generator.chance(60) {
      members.append(#""\#(name)":"# + value(path + [name], &generator, &expected, &skipped))
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  private func value(
    _ path: [String], _ generator: inout SeededGenerator, _ expected: inout [Int: [Found]],
    _ skipped: inout Int
  ) -> String {
    let key = Self.paths.firstIndex(of: path)
    if path.count < 4, generator.chance(30) { return object(path, &generator, &expected, &skipped) }
    if generator.chance(20) {
      let elements = (0..<Int(generator.unit() * 4)).map { _ in scalar(key, &generator, &expected, &skipped) }
      return "[" + elements.joined(separator: ",") + "]"
    }
    return scalar(key, &generator, &expected, &skipped)
  }

  private func scalar(
    _ key: Int?, _ generator: inout SeededGenerator, _ expected: inout [Int: [Found]], _ skipped: inout Int
  ) -> String {
    if generator.chance(10) { return "null" }
    let isText = generator.chance(70)
    let text =
      isText
      ? (0..<Int(generator.unit() * 24)).map { _ in
        generator.pick(["x", "{", "}", "[", "]", ",", ":", " ", "é", #"\""#, #"\\"#, #"\u00e9"#])
      }.joined()
      : generator.pick(["true", "false", "0", "-12.5e3"])
    if let key {
      expected[key, default: []].append(Found(text: text, isEscaped: text.contains(#"\"#)))
    } else {
      skipped += 1
    }
    return isText ? #""\#(text)""# : text
  }
}
