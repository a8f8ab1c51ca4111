import Bytes
import JourneyModel
import Predictions
import SeededGenerator

func time(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: milliseconds) }

func path(_ text: String) -> PagePath {
  let bytes = Array(text.utf8)
  return PagePath(ByteSlice(offset: 0, length: bytes.count), of: bytes)
}

/// A word of letters for a number: a segment with digits would count as an id.
func letters(_ number: Int) -> String {
  String(decoding: "\(number)".utf8.map { $0 - 48 + 97 }, as: UTF8.self)
}

/// Sets of tokens, one after another: each given whole.
struct SetsWriter {
  private(set) var sets: TokenSets
  private var newest: [Token] = []
  private var difference = TokenDifference()

  /// Goes on behind sets that there are.
  init(_ sets: TokenSets = TokenSets()) {
    self.sets = sets
    sets.forEach { _, tokens in newest = copy tokens }
  }

  /// - Parameter tokens: ascending, each once.
  mutating func append(_ tokens: [Token]) {
    difference.take(from: newest, to: tokens, tokens.count)
    sets.append(&difference)
    newest = tokens
  }
}

/// A session, event by event.
struct Story {
  struct Event {
    var name: String
    var gap: Int64
    var page: String?
    var country: String?
    var attribute: (name: String, value: String)?
  }

  var start: Int64 = 0
  var events: [Event] = []

  /// Its features after each event.
  var sets: [[Token]] {
    var state = FeatureState()
    var now = start
    return events.map { event in
      now += event.gap
      if let page = event.page { state.note(page: path(page)) }
      if let country = event.country { state.set(.country, Mixing.digest(country)) }
      if let (name, value) = event.attribute {
        let number = Double(value).flatMap { Magnitude($0) }
        state.set(
          attribute: Mixing.digest(name), number.map { .number($0) } ?? .text(Mixing.digest(value)))
      }
      state.note(event: Mixing.digest(event.name), at: time(now))
      return state.tokens()
    }
  }

  var tokenSets: TokenSets {
    var result = SetsWriter()
    for set in sets { result.append(set) }
    return result.sets
  }

  /// A session of up to twenty events.
  static func random(_ generator: inout SeededGenerator, start: Int64 = 0) -> Story {
    let names = ["view", "search", "cart", "pay", "help", "chat", "login", "logout", "zoom", "size"]
    let count = Int.random(in: 2...20, using: &generator)
    let country = generator.pick(["DE", "FR", "US"])
    let events = (0..<count).map { index in
      // Early names are likelier.
      let name = names[min(Int(generator.pick(0...9)), Int(generator.pick(0...9)))]
      return Event(
        name: name, gap: index == 0 ? 0 : generator.pick(0...90_000),
        page: generator.chance(60) ? "/\(generator.pick(["shop", "help", "account"]))/\(name)" : nil,
        country: index == 0 ? country : nil,
        attribute: generator.chance(20) ? ("price", "\(generator.pick(1...500))") : nil)
    }
    return Story(start: start, events: events)
  }
}
