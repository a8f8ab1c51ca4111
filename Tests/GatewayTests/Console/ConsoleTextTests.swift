import Foundation
import Identity
import Intake
import JourneyModel
import JourneyRules
import Sessionizer
import Testing
import WireFormat

@testable import Gateway

/// The console's texts: the same in both languages, each used and each there, and words for what the server
/// gives.
@Suite struct ConsoleTextTests {
  private struct Table {
    var texts: [String: String] = [:]
    var words: [String: String] = [:]
  }

  /// Words as they are read: `ended`, `Active Now`, and no `badTime`.
  private static var plainWords: Regex<Substring> { /[A-Z]?[a-z]+(?:[ -][A-Z]?[a-z]+)*/ }

  private static func text(_ token: ScriptToken) -> String {
    let text = String(decoding: token.bytes, as: UTF8.self)
    return token.kind == .text ? String(text.dropFirst().dropLast()) : text
  }

  private static func isTemplate(_ token: ScriptToken) -> Bool {
    token.kind == .text && token.bytes.first == UInt8(ascii: "`")
  }

  /// The two objects that a file of texts exports.
  private static func table(_ name: String) throws -> Table {
    var table = Table()
    let source = try #require(ConsoleFiles.all[name])
    let pieces = try #require(Reduction.pieces(of: source))
    var isWords = false
    for (index, piece) in pieces.enumerated().dropFirst().dropLast() where piece.isMark([":"]) {
      if pieces[..<index].last(where: { $0.isWord(["texts", "words"]) })?.isWord(["words"]) == true {
        isWords = true
      }
      let (key, value) = (text(pieces[index - 1]), text(pieces[index + 1]))
      let isNew =
        isWords
        ? table.words.updateValue(value, forKey: key) == nil
        : table.texts.updateValue(value, forKey: key) == nil
      #expect(isNew, "\(name) has \(key) twice")
    }
    return table
  }

  private static func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains {
      (0x4e00...0x9fff).contains($0.value) || (0xff00...0xffef).contains($0.value)
    }
  }

  @Test(arguments: ["", ".views"])
  func bothLanguagesHaveTheSame(part: String) throws {
    let (english, chinese) = (
      try ConsoleTextTests.table("en\(part).js"), try ConsoleTextTests.table("zh\(part).js")
    )
    #expect(english.texts.count > 100 && english.words.count > 20)
    #expect(english.texts.keys.sorted() == chinese.texts.keys.sorted())
    // An English code that is a word already has no entry of its own.
    let unsaid = Set(chinese.words.keys).subtracting(english.words.keys)
    #expect(unsaid.filter { $0.wholeMatch(of: ConsoleTextTests.plainWords) == nil } == [])
    #expect(unsaid.allSatisfy { ConsoleTextTests.isChinese(chinese.words[$0] ?? "") })
    #expect(english.words.filter { $0.key == $0.value || chinese.words[$0.key] == nil }.isEmpty)
    let same = ["product", "none", "explainCount", "perSecond"]
    for (one, other) in [(english.texts, chinese.texts), (english.words, chinese.words)] {
      for (key, text) in one {
        let places = { (text: String) in Set(text.matches(of: /\{\d\}/).map { String($0.0) }) }
        #expect(places(text) == places(other[key] ?? ""), "\(key) has other values in Chinese")
        #expect(!ConsoleTextTests.isChinese(text), "\(key) is Chinese in English")
        #expect(same.contains(key) || ConsoleTextTests.isChinese(other[key] ?? ""), "\(key) is not Chinese")
      }
    }
  }

  /// Texts within the first argument of `t(…)`: what it is surely called with.
  private static func asked(_ pieces: [ScriptToken]) -> Set<String> {
    var found: Set<String> = []
    // A template is one piece, with what it calls.
    for piece in pieces where isTemplate(piece) {
      found.formUnion(text(piece).matches(of: /\bt\('(\w+)'/).map { String($0.1) })
    }
    for index in pieces.indices.dropLast()
    where pieces[index].isWord(["t"]) && pieces[index + 1].isMark(["("]) {
      var depth = 0
      for place in (index + 1)..<pieces.count {
        let piece = pieces[place]
        if piece.isMark(["(", "[", "{"]) { depth += 1 }
        if piece.isMark([")", "]", "}"]) { depth -= 1 }
        if depth == 0 || depth == 1 && piece.isMark([","]) { break }
        // A text of its own: what it is compared with, or is put before something, is none.
        let isWhole =
          pieces[place - 1].isMark(["(", "?", ":", "??"]) && pieces[place + 1].isMark([")", ",", "?", ":"])
        if piece.kind == .text, !isTemplate(piece), isWhole { found.insert(text(piece)) }
      }
    }
    return found
  }

  /// Beginnings of keys whose rest is a code.
  private static let prefixes = ["ready_", "id_", "likely"]

  @Test func everyTextIsThereAndUsed() throws {
    var asked: Set<String> = []
    var named: Set<String> = []
    for (name, source) in ConsoleFiles.scripts where !name.hasPrefix("en.") && !name.hasPrefix("zh.") {
      let pieces = try #require(Reduction.pieces(of: source))
      asked.formUnion(ConsoleTextTests.asked(pieces))
      // In tables as well, but for names of pictures, of parameters and of what is remembered.
      let others = ["icon", "message", "get", "set", "uid"]
      for (index, piece) in pieces.enumerated().dropFirst(2) where piece.kind == .text {
        let isOther =
          pieces[index - 1].isMark(["(", "===", "!=="])
          && (pieces[index - 2].isWord(others) || !pieces[index - 1].isMark(["("]))
        if !isOther { named.insert(ConsoleTextTests.text(piece)) }
      }
    }
    let there = Set(try ["en.js", "en.views.js"].flatMap { try ConsoleTextTests.table($0).texts.keys })
    #expect(asked.count > 150)
    #expect(asked.subtracting(there).sorted() == [], "texts that are asked for and not there")
    let unused = there.subtracting(asked).subtracting(named).filter { key in
      !ConsoleTextTests.prefixes.contains { key.hasPrefix($0) }
    }
    #expect(unused.sorted() == [], "texts that nobody asks for")
  }

  /// What the views of sessions ask for is in the file that is loaded with them.
  @Test func viewsOfSessionsHaveTheirTexts() throws {
    var files: Set<String> = []
    for name in ["main.js", "agent.js", "now.js", "login.js"] { ConsoleFiles.closure(of: name, &files) }
    let there = Set(try ConsoleTextTests.table("en.js").texts.keys)
    for name in files {
      let pieces = try #require(Reduction.pieces(of: ConsoleFiles.all[name] ?? []))
      #expect(ConsoleTextTests.asked(pieces).subtracting(there).sorted() == [], "\(name)")
    }
  }

  /// Codes of the server by the types that have them: each in words.
  @Test func everyCodeHasItsWords() throws {
    // In English as well, as both have the same, or are words already.
    let words = Set(try ["zh.js", "zh.views.js"].flatMap { try ConsoleTextTests.table($0).words.keys })
    let texts = Set(try ["en.js", "en.views.js"].flatMap { try ConsoleTextTests.table($0).texts.keys })
    let blockings: [BlockingReason] = [
      .triggerDateInFuture, .pageURLConditionsNotMatching([]), .controlGroup,
      .offeredOutsideSchedule(scheduleGroup: nil, emergencyGroup: nil),
      .frequencyCapping(.forPeriod, by: nil), .alreadyExistingOffer(by: ConsoleTextTests.blocker),
      .multipleSimultaneousOffers(by: ConsoleTextTests.blocker),
    ]
    let codes: [[String]] = [
      RejectionReason.allCases.map(\.rawValue), ActionState.allCases.map(\.word), blockings.map(\.word),
      MediaType.allCases.map(\.rawValue), CriterionOperator.allCases.map(\.rawValue),
      DefinitionKind.allCases.map(\.rawValue), IdentifierType.allCases.map(\.name),
      EvidenceStrength.allCases.map(\.level), ClientClock.Rule.allCases.map(\.rawValue),
      GatewayMonitor.Outcome.allCases.map(\.rawValue), LaneFacts.State.allCases.map(\.rawValue),
      (1...5).compactMap { Session.EndReason(rawValue: $0)?.word },
      JourneyModel.Stream.allCases.flatMap { [$0.name, $0.profile.streamType.description] },
      JourneyModel.Stream.allCases.compactMap {
        if case .fixed(_, let icon, _) = $0.profile.card { "title_\(icon)" } else { nil }
      },
    ]
    for list in codes {
      #expect(!list.isEmpty)
      #expect(list.filter { !words.contains($0) } == [])
    }
    for code in try ConsoleTextTests.readinessCodes() { #expect(texts.contains("ready_" + code), "\(code)") }
    for code in try ConsoleTextTests.problemCodes() { #expect(words.contains(code), "\(code)") }
  }

  private static let blocker = BlockingReason.Blocker(map: "other", action: ActionID(high: 1, low: 2))

  private static func source(_ path: String) throws -> String {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Sources/\(path)")
    return try String(contentsOf: file, encoding: .utf8)
  }

  private static func readinessCodes() throws -> Set<String> {
    let found = Set(
      try source("Gateway/Health/Readiness.swift").matches(of: /code = "(\w+)"/).map { String($0.1) })
    #expect(found.count >= 7)
    return found
  }

  /// Codes of refusals, wherever the server makes one.
  private static func problemCodes() throws -> Set<String> {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../Sources/Gateway")
    var found: Set<String> = []
    for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      ?? .init()
    where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      found.formUnion(text.matches(of: /Problem\(\s*\d+, "([a-z.]+)"/).map { String($0.1) })
    }
    #expect(found.count >= 8)
    return found
  }

  /// Sentences of explanations and comparisons are known in Chinese: every text of a sentence's form in the
  /// files that make them, with what is taken over in the places of values.
  @Test func everySentenceIsChinese() throws {
    let source = try #require(ConsoleFiles.all["zh.sentences.js"])
    let pieces = try #require(Reduction.pieces(of: source))
    var known: [String: String] = [:]
    for (index, piece) in pieces.enumerated().dropFirst().dropLast()
    where piece.isMark([":"]) && pieces[index - 1].kind == .text {
      known[ConsoleTextTests.text(pieces[index - 1])] = ConsoleTextTests.text(pieces[index + 1])
    }
    #expect(known.count > 40)
    for (english, chinese) in known {
      let places = { (text: String) in Set(text.matches(of: /\{\d\}/).map { String($0.0) }) }
      #expect(places(english) == places(chinese) && ConsoleTextTests.isChinese(chinese), "\(english)")
    }
    func shape(_ text: String) -> String { text.replacing(/\{\d\}/, with: "…") }
    let shapes = Set(known.keys.map(shape))
    let files = [
      "LogTools/Explanation/FindingReader.swift", "LogTools/Explanation/ExplanationNotes.swift",
      "LogTools/Explanation/LaneExplainer.swift", "LogTools/Explanation/JournaledBatches.swift",
      "LogTools/Comparison/JournaledComparison.swift", "JourneyRules/Explanation/RuleParts.swift",
    ]
    var said = 0
    for file in files {
      for match in try ConsoleTextTests.source(file).matches(of: /"((?:[^"\\\n]|\\.)*)"/) {
        let sentence = String(match.1).replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "…")
        guard sentence.contains(" "), !ConsoleTextTests.parts.contains(sentence) else { continue }
        said += 1
        #expect(shapes.contains(sentence), "\(file): \(sentence)")
      }
    }
    #expect(said > 40)
  }

  /// Texts of the same files that are parts of sentences, or of failures.
  private static let parts: Set<String> = [
    "… (…)", ", ", "after every event", "in every event", "'…' is missing … (…)", ", missing in … of …",
    " and … more", "… offset …: no journal record; 'sojourn replay --verify' says more",
    "the definitions of … of the lane's batches are gone (bundle ……); those in force are used instead",
  ]
}
